using Signalbox.Benchmarks.Contestants;
using Signalbox.Benchmarks.Frame;

namespace Signalbox.Benchmarks.Load.FullSpeed;

/// <summary>h2load: HTTP/2 over TLS, as many requests as it gets through.</summary>
internal sealed class H2Load(ScenarioContext context, Contestant contestant, int round)
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
        return H2LoadFigures.Parse(string.Join('\n', child.Output) + '\n', File.ReadLines(log), time);
    }
}
