namespace Signalbox.Benchmarks;

/// <summary>One line of the table.</summary>
/// <param name="What">What was measured.</param>
/// <param name="Value">The figure, with its unit.</param>
/// <param name="Wanted">What it should be at most.</param>
internal sealed record Figure(string What, string Value, string Wanted)
{
    /// <summary>Median and the value 99 of 100 stay below.</summary>
    public static string Of(IEnumerable<TimeSpan> times)
    {
        var sorted = times.Select(time => time.TotalMilliseconds).Order().ToArray();
        return $"{sorted[sorted.Length / 2]:0.00} ms (99 %: {sorted[(int)(sorted.Length * 0.99)]:0.00} ms)";
    }
}
