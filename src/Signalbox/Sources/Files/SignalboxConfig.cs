using System.Net;
using Signalbox.Model;

namespace Signalbox.Sources.Files;

/// <summary>
/// What a <c>signalbox.yaml</c> says, whole and valid. What the file leaves out has its default here, or null where the command line or the surroundings
/// decide.
/// </summary>
internal sealed record SignalboxConfig
{
    public static SignalboxConfig Default { get; } = new();

    public ListenConfig Listen { get; init; } = new();

    /// <summary><c>epoll</c> or <c>sockets</c>; null: not told.</summary>
    public string? Transport { get; init; }

    /// <summary>0 to 256; 0: one a core.</summary>
    public int EventLoops { get; init; }

    /// <summary>Normalised, each once, at least one.</summary>
    public Items<string> BaseDomains { get; init; } = ["localhost"];

    /// <summary>Networks whose forwarding headers are believed.</summary>
    public Items<IPNetwork> TrustedProxies { get; init; }

    public Items<string> Planes { get; init; } = ["embedded"];

    /// <summary>In the order of the file; no host and path twice.</summary>
    public Items<RouteEntry> Routes { get; init; }

    /// <summary>The certificate files of those hosts that have their own; each host once.</summary>
    public Items<OwnFiles> OwnFiles { get; init; }

    public Items<IssuerConfig> Issuers { get; init; }

    /// <summary>In the order of the file; no name twice.</summary>
    public Items<DnsProviderConfig> DnsProviders { get; init; }

    /// <summary>What single names have of their own; no host twice.</summary>
    public Items<NameConfig> Names { get; init; }

    /// <summary>Addresses, with a port where it is not 53; empty: the system's.</summary>
    public Items<string> Resolvers { get; init; }

    /// <summary>True when both say the same of public certificates, whatever else they say.</summary>
    public bool CertifiesAs(SignalboxConfig other) => (Issuers, Names, DnsProviders, Resolvers) == (other.Issuers, other.Names, other.DnsProviders, other.Resolvers);
}

/// <summary>Where the router listens.</summary>
/// <param name="Http">0 to 65535, where 0 lets the system choose; null: not told.</param>
/// <param name="Https">As <paramref name="Http"/>.</param>
/// <param name="Bind"><c>loopback</c>, <c>any</c> or an address, as <see cref="BindAddress"/> reads it; null: not told.</param>
internal sealed record ListenConfig(int? Http = null, int? Https = null, string? Bind = null);

/// <summary>One entry of <c>routes</c>, and where it stands (line and column count from 1). Equal by value, the place included.</summary>
internal sealed record RouteEntry(string Host, string Path, Backend To, TlsMode Tls, string? HostHeader, int Line, int Column);

/// <summary>One entry of <c>certificates.issuers</c>.</summary>
/// <param name="Name">What other settings call it.</param>
/// <param name="Directory">Its ACME directory.</param>
internal sealed record IssuerConfig(string Name, Uri Directory)
{
    public string? Email { get; init; }

    public bool TermsAgreed { get; init; }

    /// <summary>A PEM file; null: the system's roots.</summary>
    public string? RootFile { get; init; }

    /// <summary>Null: none told.</summary>
    public Uri? Staging { get; init; }

    public ExternalAccountConfig? ExternalAccount { get; init; }

    public string? Profile { get; init; }

    public string? PreferredChain { get; init; }

    /// <summary><c>ecdsa-p256</c>, <c>ecdsa-p384</c>, <c>rsa-2048</c>, <c>rsa-3072</c> or <c>rsa-4096</c>.</summary>
    public string Key { get; init; } = "ecdsa-p256";

    /// <summary>False for <c>limits: none</c>.</summary>
    public bool Limited { get; init; } = true;

    public bool Preflight { get; init; } = true;

    /// <summary>In order of preference; empty: not told.</summary>
    public Items<string> Challenges { get; init; }
}

/// <summary>One entry of <c>certificates.names</c>; null or empty: as the issuer has it.</summary>
/// <param name="Host">A name, or a wildcard of one label.</param>
internal sealed record NameConfig(string Host)
{
    /// <summary>The name of one of the issuers.</summary>
    public string? Issuer { get; init; }

    /// <summary>In order of preference.</summary>
    public Items<string> Challenges { get; init; }

    /// <inheritdoc cref="IssuerConfig.Key"/>
    public string? Key { get; init; }

    public string? Profile { get; init; }

    public bool Off { get; init; }
}

/// <summary>What an issuer gave its customer. Its text never holds the key.</summary>
internal sealed record ExternalAccountConfig(string KeyId, string MacKey)
{
    public override string ToString() => $"external account {KeyId}";
}
