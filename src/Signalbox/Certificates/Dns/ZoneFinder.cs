using System.Net;
using Signalbox.Certificates.Dns.Messages;
using Signalbox.Model;

namespace Signalbox.Certificates.Dns;

/// <summary>Finds the zone a name lies in, that zone's servers and their addresses, through the resolvers.</summary>
/// <param name="port">Where zones' servers listen.</param>
internal sealed class ZoneFinder(DnsResolver resolver, int port)
{
    /// <summary>The root has 13 servers, the most anybody needs; a list without an end must not become traffic without an end.</summary>
    private const int MostServers = 13;

    /// <summary>Of each family. More are other ways to the same server.</summary>
    private const int MostAddresses = 2;

    public async Task<ZoneSearch> FindAsync(DnsName name, CancellationToken cancellation)
    {
        List<DnsEvidence> evidence = [];
        var (zone, obstacle) = await ApexAsync(name, evidence, cancellation);
        if (zone is null) return new ZoneSearch(null, obstacle, evidence.ToItems());
        var reply = await resolver.AskAsync(zone, DnsType.NS, cancellation);
        evidence.Add(reply.Evidence);
        var names = reply.Records.Select(record => record.Data).OfType<NameData>().Select(data => data.Name).Distinct().OrderBy(server => server.Text, StringComparer.Ordinal).Take(MostServers);
        var found = await Task.WhenAll(names.Select(server => AddressesAsync(server, cancellation)));
        foreach (var (_, replies) in found) evidence.AddRange(replies.Select(each => each.Evidence));
        var servers = found.Select(each => each.Server).Where(server => !server.Addresses.IsEmpty).ToItems();
        return servers.IsEmpty
            ? new ZoneSearch(null, $"The name servers of {zone} could not be found.", evidence.ToItems())
            : new ZoneSearch(new DnsZone(zone, servers), null, evidence.ToItems());
    }

    /// <summary>
    /// The zone's own name: the nearest one, upwards, that has an SOA record itself. An answer that there is none names the zone (RFC 2308 2), unless an alias
    /// led the resolver to somebody else's: the SOA is then the target's.
    /// </summary>
    private async Task<(DnsName? Zone, string? Obstacle)> ApexAsync(DnsName name, List<DnsEvidence> evidence, CancellationToken cancellation)
    {
        for (var at = name; ; at = at.Parent)
        {
            var reply = await resolver.AskAsync(at, DnsType.SOA, cancellation);
            evidence.Add(reply.Evidence);
            if (!reply.IsAnswer) return (null, $"The resolver {reply.Server} could not say which zone {at} is in: {reply.Evidence.Said}.");
            if (reply.Kind == DnsAnswerKind.Records) return (at, null);
            var named = reply.Kind == DnsAnswerKind.Alias ? null : reply.Message!.Authority.FirstOrDefault(record => record.Type == DnsType.SOA)?.Name;
            if (named is not null && at.IsWithin(named)) return (named, null);
            if (at.IsRoot) return (null, $"No zone was found for {name}.");
        }
    }

    private async Task<(NameServer Server, DnsReply[] Replies)> AddressesAsync(DnsName server, CancellationToken cancellation)
    {
        var replies = await Task.WhenAll(resolver.AskAsync(server, DnsType.A, cancellation), resolver.AskAsync(server, DnsType.AAAA, cancellation));

        // IPv4 first: machines without IPv6 are still common, without IPv4 rare. Aliases of name servers are forbidden (RFC 2181 10.3), but there are some.
        var addresses = replies.SelectMany(reply => (reply.Message?.Answers ?? []).Select(record => record.Data).OfType<AddressData>().Take(MostAddresses));
        return (new NameServer(server, addresses.Select(data => new IPEndPoint(data.Address, port)).ToItems()), replies);
    }
}
