namespace Signalbox.Certificates.Acme;

/// <summary>How to reach one CA.</summary>
/// <param name="Directory">The directory's URL: https, or http on loopback (only tests have that).</param>
internal sealed record AcmeServer(Uri Directory)
{
    /// <summary>Further roots for a private CA's own HTTPS; null for the system's alone.</summary>
    public TrustedRoots? Roots { get; init; }

    /// <summary>What the CA's messages should be in, a language tag (RFC 8555 6.1).</summary>
    public string Language { get; init; } = "en";

    /// <summary>For a name, TCP and TLS. Far more than any of them takes when the other side is there.</summary>
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>For one whole request. A CA that signs while it is being asked takes seconds, a busy one tens.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(60);
}
