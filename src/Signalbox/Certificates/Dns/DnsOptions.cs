using Signalbox.Model;

namespace Signalbox.Certificates.Dns;

/// <summary>How names are looked up for certificates.</summary>
internal sealed record DnsOptions
{
    /// <summary>The configuration's <c>certificates.resolvers</c>; none means the system's.</summary>
    public Items<DnsServer> Resolvers { get; init; }

    /// <summary>Where zones' own servers listen: 53, but for zones that are served privately.</summary>
    public int AuthorityPort { get; init; } = DnsServer.StandardPort;

    public DnsTiming Timing { get; init; } = new();
}
