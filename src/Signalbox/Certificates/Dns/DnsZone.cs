using System.Net;
using Signalbox.Certificates.Dns.Messages;
using Signalbox.Model;

namespace Signalbox.Certificates.Dns;

/// <summary>A zone and the servers that speak for it.</summary>
internal sealed record DnsZone(DnsName Name, Items<NameServer> Servers);

/// <summary>One of a zone's servers. Its addresses are tried in turn; whichever answers speaks for it.</summary>
internal sealed record NameServer(DnsName Name, Items<IPEndPoint> Addresses);

/// <summary>A zone, or why it could not be found, and what was asked on the way.</summary>
internal sealed record ZoneSearch(DnsZone? Zone, string? Obstacle, Items<DnsEvidence> Evidence);
