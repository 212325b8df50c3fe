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

    public Items<IssuerConfig> Issuers { get; init; }

    /// <summary>What is right in the file and still to be told, such as a section this version does not use.</summary>
    public Items<Problem> Notices { get; init; }
}

/// <summary>Where the router listens.</summary>
/// <param name="Http">0 to 65535, where 0 lets the system choose; null: not told.</param>
/// <param name="Https">As <paramref name="Http"/>.</param>
/// <param name="Bind"><c>loopback</c>, <c>any</c> or an address, as <see cref="BindAddress"/> reads it; null: not told.</param>
internal sealed record ListenConfig(int? Http = null, int? Https = null, string? Bind = null);

/// <summary>One entry of <c>routes</c>, and where it stands (line and column count from 1). Equal by value, the place included.</summary>
internal sealed record RouteEntry(string Host, string Path, Backend To, TlsMode Tls, string? HostHeader, int Line, int Column);

/// <summary>One entry of <c>certificates.issuers</c>.</summary>
internal sealed record IssuerConfig(string Name, Uri Directory, string? Email, bool TermsAgreed, string? RootFile, Items<string> Challenges);
