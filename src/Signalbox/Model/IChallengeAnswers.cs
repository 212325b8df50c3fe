namespace Signalbox.Model;

/// <summary>
/// What to answer a CA that asks over plain HTTP whether a name is ours (RFC 8555 8.3). Asked by listeners that are there from start to stop: a certificate
/// that is wanted, issued or renewed changes what this returns, never a route or a port.
/// </summary>
internal interface IChallengeAnswers
{
    /// <summary>RFC 8555 8.3: "the path at which the resource is provisioned is comprised of the fixed prefix "/.well-known/acme-challenge/", followed by the "token" value".</summary>
    const string Path = "/.well-known/acme-challenge/";

    /// <summary>The key authorization for a token of ours; null for any other. Answered from memory; safe from any thread.</summary>
    string? Find(string token);
}

/// <summary>For a router whose names have no public certificates.</summary>
internal sealed class NoChallenges : IChallengeAnswers
{
    public static NoChallenges Instance { get; } = new();

    public string? Find(string token) => null;
}
