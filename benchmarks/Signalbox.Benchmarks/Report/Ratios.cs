using Signalbox.Benchmarks.Frame;

namespace Signalbox.Benchmarks.Report;

/// <summary>Compares routers round by round: what the machine does beside meets the turns of one round alike, and those of another day not.</summary>
internal static class Ratios
{
    /// <summary>The values of one contestant and metric over the rounds.</summary>
    public static Spread? Values(IEnumerable<Sample> samples, string contestant, Metric metric) =>
        Spread.Of(samples.Where(sample => sample.Contestant == contestant && sample.Metric == metric).Select(sample => sample.Value));

    /// <summary>One contestant over the other, for the rounds in which both were measured. Several values of one round count by their mean.</summary>
    public static Spread? Of(IReadOnlyList<Sample> samples, string contestant, string against, Metric metric)
    {
        var ours = ByRound(samples, contestant, metric);
        var theirs = ByRound(samples, against, metric);
        return Spread.Of(ours.Where(round => theirs.TryGetValue(round.Key, out var other) && other > 0).Select(round => round.Value / theirs[round.Key]));
    }

    private static Dictionary<int, double> ByRound(IEnumerable<Sample> samples, string contestant, Metric metric) =>
        samples.Where(sample => sample.Contestant == contestant && sample.Metric == metric).GroupBy(sample => sample.Round)
            .ToDictionary(round => round.Key, round => round.Average(sample => sample.Value));
}
