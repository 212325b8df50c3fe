using System.Globalization;
using System.Text.RegularExpressions;
using Signalbox.Benchmarks.Contestants;
using Signalbox.Benchmarks.Frame;

namespace Signalbox.Benchmarks.Load.FullSpeed;

/// <summary>h2load: HTTP/2 over TLS, as many requests as it gets through.</summary>
internal sealed partial class H2Load(ScenarioContext context, Contestant contestant, int round)
{
    public async Task<LoadResult> RunAsync(string host, int connections, int streams)
    {
        // Its own summary has no percentiles; its log has the time of each request. The log lies where the contestants' files do.
        var log = Path.Combine(context.Workshop.Folder, "h2load.log");
        File.Delete(log);
        var time = context.TurnOf(contestant, round);
        string[] arguments =
        [
            "-D", $"{time.TotalSeconds:0}", "-c", $"{connections}", "-m", $"{streams}", "-t", $"{Workshop.Cores}", "--log-file", log,
            "--connect-to", $"127.0.0.1:{contestant.HttpsPort}", $"https://{host}:{contestant.HttpsPort}/",
        ];
        if (round == 0) context.Command($"h2load {string.Join(' ', arguments).Replace(log, "h2load.log", StringComparison.Ordinal)}");
        var child = context.Workshop.Start("h2load", arguments);
        await child.ExitAsync();
        var text = string.Join('\n', child.Output);
        if (!text.Contains("Application protocol: h2", StringComparison.Ordinal)) throw new InvalidOperationException($"not HTTP/2: {text}");
        var done = Number(Succeeded().Match(text));
        var wrong = Number(Wrong().Match(text));
        var times = File.ReadLines(log).Select(line => line.Split('\t')).Where(fields => fields[1] == "200").Select(fields => long.Parse(fields[2], CultureInfo.InvariantCulture)).Order().ToArray();
        return new LoadResult(done, wrong, time, At(times, 0.50), At(times, 0.99));
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
