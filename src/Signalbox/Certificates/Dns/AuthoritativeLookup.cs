using Signalbox.Certificates.Dns.Messages;
using Signalbox.Model;

namespace Signalbox.Certificates.Dns;

/// <summary>
/// Asks the servers of a name's own zone, each of them and nobody's cache: what they say now is what a certificate authority will be told.
/// </summary>
internal sealed class AuthoritativeLookup(DnsClient client, ZoneFinder zones)
{
    /// <summary>Certificate authorities follow about as many (Let's Encrypt's resolver, Unbound: 11). Nobody has more by intent.</summary>
    private const int MostAliases = 8;

    public static AuthoritativeLookup Create(DnsOptions options, TimeProvider time)
    {
        var client = new DnsClient(time, options.Timing);
        return Create(options, client, new DnsResolver(client, options.Resolvers));
    }

    /// <param name="options">All but its resolvers.</param>
    /// <param name="client">Asks.</param>
    /// <param name="resolver">Finds zones and their servers.</param>
    public static AuthoritativeLookup Create(DnsOptions options, DnsClient client, DnsResolver resolver) => new(client, new ZoneFinder(resolver, options.AuthorityPort));

    /// <summary>
    /// Steps: 1. find the zone and its servers; 2. ask each for the name; 3. where one of them has an alias, begin again with its target, in whatever zone
    /// that is. What one server says of a name in another zone is not taken from it.
    /// </summary>
    public async Task<AuthoritativeAnswer> LookUpAsync(DnsName name, DnsType type, CancellationToken cancellation)
    {
        List<DnsName> path = [name];
        List<DnsEvidence> evidence = [];
        List<DnsReply> replies = [];
        while (true)
        {
            var at = path[^1];
            var search = await zones.FindAsync(at, cancellation);
            evidence.AddRange(search.Evidence);
            if (search.Zone is not { } zone) return Answer(null, search.Obstacle);
            var asked = await AskAsync(zone, at, type, cancellation);
            evidence.AddRange(asked.Evidence);
            var alias = type == DnsType.CNAME ? null : asked.Replies.FirstOrDefault(reply => reply.Kind == DnsAnswerKind.Alias)?.Alias;
            replies.AddRange(asked.Replies.Where(reply => alias is null || reply.Kind is DnsAnswerKind.NoName or DnsAnswerKind.NoRecords));
            if (alias is null) return Answer(zone, null);
            if (path.Contains(alias)) return Answer(zone, $"The aliases of {name} lead in a circle: {string.Join(" → ", path)} → {alias}.") with { AliasesFail = true };
            if (path.Count > MostAliases) return Answer(zone, $"More than {MostAliases} aliases lead on from {name}.") with { AliasesFail = true };
            path.Add(alias);
        }

        AuthoritativeAnswer Answer(DnsZone? zone, string? obstacle) => new(path.ToItems(), type, zone, replies.ToItems(), obstacle, evidence.ToItems());
    }

    /// <summary>Puts the question to each of a zone's servers at once. Those with several addresses are tried at one after another until one answers.</summary>
    public async Task<(Items<DnsReply> Replies, Items<DnsEvidence> Evidence)> AskAsync(DnsZone zone, DnsName name, DnsType type, CancellationToken cancellation)
    {
        var tried = await Task.WhenAll(zone.Servers.Select(server => AskAsync(server, new DnsQuestion(name, type), cancellation)));
        return (tried.Select(replies => replies[^1]).ToItems(), tried.SelectMany(replies => replies).Select(reply => reply.Evidence).ToItems());
    }

    private async Task<List<DnsReply>> AskAsync(NameServer server, DnsQuestion question, CancellationToken cancellation)
    {
        List<DnsReply> replies = [];
        foreach (var address in server.Addresses)
        {
            replies.Add(await client.AskAsync(new DnsServer(server.Name.Text, address), question, recursive: false, cancellation));
            if (replies[^1].Kind != DnsAnswerKind.CouldNotAsk) break;
        }

        return replies;
    }
}
