using Signalbox.Certificates.Acme;
using Signalbox.Certificates.Dns;
using Signalbox.Certificates.Dns.Caa;
using Signalbox.Certificates.Dns.Messages;
using Signalbox.Certificates.Issuing.Orders;
using Signalbox.Certificates.Issuing.Records;
using Signalbox.Model;

namespace Signalbox.Certificates.Issuing.Preflights;

/// <summary>
/// Looks at a name as the CA will: where do the servers of its own zone say that it leads; does what is asked for there reach this very daemon; do its CAA records
/// allow this CA. Three outcomes: fine, clearly wrong, and could not be asked. Only what is clearly wrong holds the order back: a network may let in
/// what it does not let out and back in again.
/// </summary>
internal sealed class NamePreflight(AuthoritativeLookup lookup, CaaCheck caa, Reach reach, TlsReach tlsReach, TimeProvider time) : IPreflight
{
    public const string Ok = "ok";
    public const string Failed = "failed";
    public const string Unknown = "unknown";

    /// <summary>Servers that are told by name: zones have two to six, and which of the many of a top-level domain was asked matters to nobody.</summary>
    private const int MostTold = 6;

    public async ValueTask<PreflightLook?> LookAsync(Identifier name, Ca ca, CancellationToken stop)
    {
        var parsed = DnsName.Parse(name.Base);
        if (!parsed.Succeeded || name.IsIp) return null;

        // What comes in through the name's addresses matters only where the CA may come in by them.
        var comesIn = !name.IsWildcard && ca.Settings.Challenges.Any(type => type is ChallengeType.Http or ChallengeType.TlsAlpn);
        var checking = CheckCaaAsync(parsed.Value, name, ca, stop);
        List<Finding> findings = comesIn ? await CheckWayAsync(parsed.Value, name, ca, stop) : [];
        findings.Add(await checking);

        // What is in the way of most challenges is told: a port that leads elsewhere holds nothing back by itself.
        var wrong = findings.Where(finding => finding.Evidence.Outcome == Failed).MaxBy(finding => Against(finding.Evidence.Step).Count());
        return new PreflightLook(findings.Select(finding => finding.Evidence).ToItems(), wrong is null ? null
            : new Problem(ProblemType.CertificateUnavailable, ProblemSide.Request, name.Value, wrong.Said, wrong.Advice, Retry: true))
        {
            Against = findings.Where(finding => finding.Evidence.Outcome == Failed).SelectMany(finding => Against(finding.Evidence.Step)).Distinct().ToItems(),
        };
    }

    /// <summary>The challenges that cannot work where this step has failed.</summary>
    public static IEnumerable<string> Against(string step) => step switch
    {
        "reach" => [ChallengeType.Http],
        "tls" => [ChallengeType.TlsAlpn],
        "dns" => [ChallengeType.Http, ChallengeType.TlsAlpn],
        _ => [ChallengeType.Http, ChallengeType.TlsAlpn, ChallengeType.Dns],
    };

    private async Task<List<Finding>> CheckWayAsync(DnsName name, Identifier identifier, Ca ca, CancellationToken stop)
    {
        var answers = await Task.WhenAll(lookup.LookUpAsync(name, DnsType.A, stop), lookup.LookUpAsync(name, DnsType.AAAA, stop));
        var addresses = answers.SelectMany(answer => answer.Data).OfType<AddressData>().Select(data => data.Address).ToList();
        var said = string.Join(" ", answers.Select(answer => answer.Said).Distinct());
        var asked = answers.SelectMany(answer => answer.Replies).ToList();
        if (addresses.Count > 0)
        {
            List<Finding> findings = [Found("dns", Ok, said, null, asked)];
            var http = ca.Settings.Challenges.Contains(ChallengeType.Http) ? await reach.TryAsync(name.Text, addresses, stop) : (Reach.Result?)null;
            if (http is { } reached) findings.Add(Found("reach", reached));

            // Where http-01 may work, nobody needs to know whether the other does: it is one handshake less for each name.
            if (ca.Settings.Challenges.Contains(ChallengeType.TlsAlpn) && http is null or { Outcome: Failed }) findings.Add(Found("tls", await tlsReach.TryAsync(identifier, addresses, stop)));
            return findings;
        }

        return answers.All(answer => answer.Kind is DnsAnswerKind.NoName or DnsAnswerKind.NoRecords or DnsAnswerKind.Error)
            ? [Found("dns", Failed, $"The name leads nowhere: {said}", $"Make an A or AAAA record for {name} that leads to this machine.", asked)]
            : [Found("dns", Unknown, said, null, asked)];
    }

    private async Task<Finding> CheckCaaAsync(DnsName name, Identifier identifier, Ca ca, CancellationToken stop)
    {
        var directory = await ca.Client.Directory.FetchAsync(stop);
        if (!directory.Succeeded) return Found("caa", Unknown, $"The CA could not be asked for its names: {directory.Failure.What}", null);
        if (directory.Value.CaaIdentities.IsEmpty) return Found("caa", Unknown, "The CA does not say by what name CAA records mean it.", null);
        var verdict = await caa.CheckAsync(name, new CaaWish(directory.Value.CaaIdentities, identifier.IsWildcard, null, ca.Settings.Challenges), stop);
        return verdict.Outcome switch
        {
            CaaOutcome.Allows => Found("caa", Ok, verdict.Said, null, verdict.Replies),
            CaaOutcome.Forbids => Found("caa", Failed, $"The name's CAA records do not let {ca.Settings.Name} sign for it: {verdict.Said}.",
                CaaPolicy.Advice(verdict.At!, verdict.Objection!, directory.Value.CaaIdentities[0]), verdict.Replies),
            _ => Found("caa", Unknown, verdict.Said, null, verdict.Replies),
        };
    }

    private static string Asked(IEnumerable<DnsReply> replies)
    {
        var whom = replies.Select(reply => reply.Whom).Distinct().ToList();
        return whom.Count == 0 ? "" : $" Asked: {string.Join(", ", whom.Take(MostTold))}{(whom.Count > MostTold ? $" and {whom.Count - MostTold} more" : "")}.";
    }

    private Finding Found(string step, Reach.Result reached) => Found(step, reached.Outcome, reached.Detail, reached.Advice);

    /// <summary>What is told of servers stands in the evidence alone: a reason is to be short.</summary>
    private Finding Found(string step, string outcome, string said, string? advice, IReadOnlyList<DnsReply>? asked = null) =>
        new(new Evidence(step, outcome, said + Asked(asked ?? []), time.GetUtcNow()), said, advice);

    private sealed record Finding(Evidence Evidence, string Said, string? Advice);
}
