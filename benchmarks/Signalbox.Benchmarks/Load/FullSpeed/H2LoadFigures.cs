using System.Globalization;
using System.Text.RegularExpressions;
using Signalbox.Benchmarks.Frame;

namespace Signalbox.Benchmarks.Load.FullSpeed;

/// <summary>What h2load prints at its end, and the times in its log: a line a request, with its start, its status and its microseconds.</summary>
internal static partial class H2LoadFigures
{
    /// <exception cref="InvalidOperationException">It did not speak HTTP/2.</exception>
    public static LoadResult Parse(string text, IEnumerable<string> log, TimeSpan time)
    {
        if (!text.Contains("Application protocol: h2\n", StringComparison.Ordinal)) throw new InvalidOperationException($"not HTTP/2: {text}");
        var times = log.Select(line => line.Split('\t')).Where(fields => fields[1] == "200").Select(fields => long.Parse(fields[2], CultureInfo.InvariantCulture)).Order().ToArray();
        return new LoadResult(Number(Succeeded().Match(text)), Number(Wrong().Match(text)), time, At(times, 0.50), At(times, 0.99));
    }

    private static TimeSpan? At(long[] microseconds, double share) =>
        microseconds.Length == 0 ? null : TimeSpan.FromMicroseconds(microseconds[Math.Max(0, (int)Math.Ceiling(share * microseconds.Length) - 1)]);

    private static long Number(Match match) => match.Success ? long.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture) : 0;

    [GeneratedRegex(@"(\d+) succeeded")]
    private static partial Regex Succeeded();

    /// <summary>Answers that were not 2xx or 3xx. What is still under way at the end of the time is not among them.</summary>
    [GeneratedRegex(@"(\d+) failed")]
    private static partial Regex Wrong();
}
