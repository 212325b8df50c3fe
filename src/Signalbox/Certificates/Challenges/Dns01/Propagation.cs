using Signalbox.Certificates.Dns;
using Signalbox.Certificates.Dns.Messages;
using Signalbox.Model;

namespace Signalbox.Certificates.Challenges.Dns01;

/// <summary>
/// Waits until each server of a zone gives a TXT value. The authority asks whichever it likes, from several places at once, so the last one counts.
/// </summary>
/// <param name="resolver">Asked only where no server of the zone can be reached, as in networks that let nothing out but to their own resolver.</param>
internal sealed class Propagation(AuthoritativeLookup lookup, DnsResolver resolver, TimeProvider time)
{
    /// <summary>Within this most services have a change everywhere; NOTIFY makes a secondary of the common kind follow within seconds (RFC 1996).</summary>
    public static readonly TimeSpan DefaultLimit = TimeSpan.FromMinutes(2);

    /// <summary>A server that cannot be asked so often in a row is waited for no longer: it is down for the authority too, which then asks another.</summary>
    private const int Patience = 3;

    /// <summary>The pauses between rounds: short while most of it happens, then every 10 s. A name's servers are asked about 15 times in two minutes.</summary>
    private static readonly TimeSpan[] Pauses = [.. new[] { 0.5, 1, 2, 3, 5, 10 }.Select(TimeSpan.FromSeconds)];

    /// <param name="name">The record's.</param>
    /// <param name="value">The one that is waited for; there may be others.</param>
    /// <param name="limit">How long to wait at most.</param>
    /// <param name="cancellation">Gives up.</param>
    public async Task<PropagationReport> WaitAsync(DnsName name, string value, TimeSpan limit, CancellationToken cancellation)
    {
        var began = time.GetTimestamp();
        Dictionary<string, ServerView> views = [];
        DnsZone? zone = null;
        Items<DnsEvidence> search = [];
        for (var round = 0; ; round++)
        {
            // 1. Which servers: looked up until they are known, then kept, because what they are does not change in two minutes.
            Items<DnsReply> replies;
            if (zone is null)
            {
                // Behind an alias every round begins anew: its servers may still be learning of it.
                var answer = await lookup.LookUpAsync(name, DnsType.TXT, cancellation);
                (replies, search) = (answer.Replies, answer.Evidence);
                if (answer.Path.Count == 1) zone = answer.Zone;
            }
            else
            {
                (replies, _) = await lookup.AskAsync(zone, name, DnsType.TXT, cancellation);
            }

            Dictionary<string, ServerView> before = views;
            views = [];
            foreach (var reply in replies) views[reply.Server.Name] = ServerView.Of(reply, value, before.GetValueOrDefault(reply.Server.Name));

            // 2. Everybody who can be asked has it.
            var lacking = views.Values.Where(view => view.IsLacking).Select(view => view.Reply.Server.ToString()).ToItems();
            var unheard = views.Values.Where(view => !view.Reply.IsAnswer).ToList();
            var took = time.GetElapsedTime(began);
            if (lacking.IsEmpty && views.Count > unheard.Count && unheard.All(view => view.Unheard >= Patience)) return Report(PropagationOutcome.Seen, lacking);

            // 3. Nobody can be asked: what the resolver has will do.
            if (unheard.Count == views.Count && round + 1 >= Patience && await HasResolverAsync(name, value, cancellation) is { } seen)
                return Report(PropagationOutcome.Seen, lacking) with { Evidence = [.. Evidence(), seen] };

            // 4. The time is up.
            if (took >= limit) return Report(lacking.IsEmpty && views.Count == unheard.Count ? PropagationOutcome.CouldNotAsk : lacking.IsEmpty ? PropagationOutcome.Seen : PropagationOutcome.Missing, lacking);
            var pause = Pauses[Math.Min(round, Pauses.Length - 1)];
            await Task.Delay(pause < limit - took ? pause : limit - took, time, cancellation);
        }

        PropagationReport Report(PropagationOutcome outcome, Items<string> lacking) => new(outcome, name.Text, lacking, time.GetElapsedTime(began), Evidence());

        Items<DnsEvidence> Evidence() => views.Count == 0 ? search : views.Values.Select(view => view.Reply.Evidence).ToItems();
    }

    private async Task<DnsEvidence?> HasResolverAsync(DnsName name, string value, CancellationToken cancellation)
    {
        var reply = await resolver.AskAsync(name, DnsType.TXT, cancellation);

        // A resolver follows aliases by itself, so the value may stand under another name.
        return (reply.Message?.Answers ?? []).Any(record => ServerView.Holds(record, value)) ? reply.Evidence : null;
    }

    /// <summary>The last look at one server.</summary>
    /// <param name="Unheard">How many looks in a row brought nothing.</param>
    private sealed record ServerView(DnsReply Reply, bool HasValue, int Unheard)
    {
        public bool IsLacking => Reply.IsAnswer && !HasValue;

        public static ServerView Of(DnsReply reply, string value, ServerView? before) =>
            new(reply, reply.Records.Any(record => Holds(record, value)), reply.IsAnswer ? 0 : (before?.Unheard ?? 0) + 1);

        public static bool Holds(DnsRecord record, string value) => record.Data is TxtData txt && txt.Value == value;
    }
}
