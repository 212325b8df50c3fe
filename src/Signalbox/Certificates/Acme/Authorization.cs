using Signalbox.Model;

namespace Signalbox.Certificates.Acme;

/// <summary>A CA's leave for an account to speak for a name (RFC 8555 7.1.4).</summary>
/// <param name="Identifier">The name, without <c>*.</c> also when the order had one.</param>
internal sealed record Authorization(Uri Url, AuthorizationStatus Status, Identifier Identifier, Items<Challenge> Challenges)
{
    public DateTimeOffset? Expires { get; init; }

    /// <summary>True when it is for the wildcard of the name.</summary>
    public bool Wildcard { get; init; }

    /// <summary>When the CA said to look again (Retry-After).</summary>
    public DateTimeOffset? RetryAt { get; init; }

    /// <summary>The challenge of this type, or null.</summary>
    public Challenge? Find(string type) => Challenges.FirstOrDefault(challenge => challenge.Type == type);
}

/// <summary>RFC 8555 7.1.6.</summary>
internal enum AuthorizationStatus
{
    Pending,
    Valid,
    Invalid,
    Deactivated,
    Expired,
    Revoked,
}
