using Signalbox.Certificates.Dns.Messages;
using Signalbox.Model;

namespace Signalbox.Certificates.Dns.Caa;

/// <summary>Looks up whether an authority may issue for a name (RFC 8659 3).</summary>
internal sealed class CaaCheck(AuthoritativeLookup lookup)
{
    /// <summary>
    /// Climbs from the name towards the root until some name has CAA records. An alias is followed at each step, but climbing goes on from the name itself,
    /// never from the alias's target. Servers that disagree are not a clear no: each set is held against the wish, and only when all that answered stand
    /// against it does the check.
    /// </summary>
    public async Task<CaaVerdict> CheckAsync(DnsName name, CaaWish wish, CancellationToken cancellation)
    {
        List<DnsEvidence> evidence = [];
        List<DnsReply> heard = [];
        (DnsName At, CaaData Record)? objection = null;
        for (var at = name; !at.IsRoot; at = at.Parent)
        {
            var answer = await lookup.LookUpAsync(at, DnsType.CAA, cancellation);
            evidence.AddRange(answer.Evidence);
            heard.AddRange(answer.Replies);
            var replies = answer.Replies.Where(reply => reply.IsAnswer).ToList();
            if (answer.AliasesFail || replies.Count == 0) return Verdict(CaaOutcome.CouldNotAsk, at, answer.Said);
            var sets = replies.Select(reply => reply.Records.Select(record => record.Data).OfType<CaaData>().ToList()).ToList();
            foreach (var set in sets.Where(set => set.Count > 0))
            {
                if (CaaPolicy.Objection(set, wish) is not { } record) return Verdict(CaaOutcome.Allows, at, $"{at} CAA {string.Join(", ", set)} allows it.");
                objection ??= (at, record);
            }

            if (objection is { } found && sets.All(set => set.Count > 0)) return Verdict(CaaOutcome.Forbids, found.At, $"{found.At} CAA {found.Record}") with { Objection = found.Record };
        }

        // Reached with an objection only where some servers have records and others none: no clear no.
        return Verdict(CaaOutcome.Allows, null, objection is null ? "There is no CAA record." : $"The servers disagree about {objection.Value.At} CAA.");

        CaaVerdict Verdict(CaaOutcome outcome, DnsName? at, string said) => new(outcome, at, said, evidence.ToItems()) { Replies = heard.ToItems() };
    }
}
