using Signalbox.Certificates.Dns;
using Signalbox.Model;

namespace Signalbox.Certificates.Challenges.Dns01;

internal enum PropagationOutcome
{
    /// <summary>Every server of the zone that can be asked gives the value: the authority may be told.</summary>
    Seen,

    /// <summary>Some server answers and does not have it. Asking the authority would cost a failed validation.</summary>
    Missing,

    /// <summary>No server could be asked, which says nothing about the record.</summary>
    CouldNotAsk,
}

/// <summary>Whether a value is where the authority will look for it.</summary>
/// <param name="Lacking">The servers that answer and do not have it.</param>
/// <param name="Evidence">The last look at each server.</param>
internal sealed record PropagationReport(PropagationOutcome Outcome, string Name, Items<string> Lacking, TimeSpan Took, Items<DnsEvidence> Evidence)
{
    /// <summary>Looks told in the problem; zones mostly have two to four servers.</summary>
    private const int MostTold = 4;

    /// <summary>What stands in the way; null unless the value is missing somewhere.</summary>
    public Problem? Problem => Outcome != PropagationOutcome.Missing ? null : new Problem(
        ProblemType.DnsNotPropagated, ProblemSide.System, Name,
        $"After {Took.TotalSeconds:0} s the TXT value is not at {string.Join(", ", Lacking)}, so the CA was not asked. {string.Join("; ", Evidence.Take(MostTold))}.",
        "Look whether that server gets the zone's changes; `propagation` of the provider gives it longer.", Retry: true);
}
