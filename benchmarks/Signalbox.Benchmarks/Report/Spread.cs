namespace Signalbox.Benchmarks.Report;

/// <summary>Values of several rounds in three numbers.</summary>
internal readonly record struct Spread(double Median, double Least, double Most)
{
    /// <summary>Null when there are no values. The median of an even number is the mean of the two in the middle.</summary>
    public static Spread? Of(IEnumerable<double> values)
    {
        var sorted = values.Order().ToArray();
        if (sorted.Length == 0) return null;
        var half = sorted.Length / 2;
        return new Spread(sorted.Length % 2 == 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2, sorted[0], sorted[^1]);
    }
}
