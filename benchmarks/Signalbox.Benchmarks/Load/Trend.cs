namespace Signalbox.Benchmarks.Load;

/// <summary>The straight line that fits values best (least squares).</summary>
internal static class Trend
{
    /// <summary>What a value grows by from one second to the next; 0 with fewer than two values.</summary>
    public static double SlopeOf(IReadOnlyList<(double Seconds, double Value)> values)
    {
        if (values.Count < 2) return 0;
        var (meanTime, meanValue) = (values.Average(at => at.Seconds), values.Average(at => at.Value));
        var spread = values.Sum(at => (at.Seconds - meanTime) * (at.Seconds - meanTime));
        return spread == 0 ? 0 : values.Sum(at => (at.Seconds - meanTime) * (at.Value - meanValue)) / spread;
    }
}
