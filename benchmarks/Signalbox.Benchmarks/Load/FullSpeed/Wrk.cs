using Signalbox.Benchmarks.Contestants;
using Signalbox.Benchmarks.Frame;

namespace Signalbox.Benchmarks.Load.FullSpeed;

/// <summary>wrk: as many requests as it gets through, on kept connections, one outstanding on each.</summary>
internal sealed class Wrk(ScenarioContext context, Contestant contestant, int round)
{
    /// <summary>The loader: names are looked up nowhere, and the figures come as one line that a program can read.</summary>
    private const string Script = """
        function wrk.resolve(host, service) wrk.addrs = wrk.lookup("127.0.0.1", service) end
        function done(summary, latency, requests)
          local errors = summary.errors
          io.write(string.format("figures %d %d %d %d %d %d\n", summary.requests, summary.duration, summary.bytes,
            errors.connect + errors.read + errors.write + errors.timeout + errors.status, latency:percentile(50), latency:percentile(99)))
        end
        """;

    public Task<LoadResult> PlainAsync(string host, string path, int connections) => RunAsync($"http://{host}:{contestant.HttpPort}{path}", connections);

    public Task<LoadResult> SecureAsync(string host, string path, int connections) => RunAsync($"https://{host}:{contestant.HttpsPort}{path}", connections);

    /// <param name="url">Its name is looked up nowhere: see the script.</param>
    /// <param name="connections">Over all of wrk's threads.</param>
    private async Task<LoadResult> RunAsync(string url, int connections)
    {
        var script = Path.Combine(context.Workshop.Folder, "figures.lua");
        if (!File.Exists(script)) File.WriteAllText(script, Script);
        string[] arguments = ["-t", $"{Workshop.Cores}", "-c", $"{connections}", "-d", $"{context.TurnOf(contestant, round).TotalSeconds:0}s", "-s", script, url];
        if (round == 0) context.Command($"wrk {string.Join(' ', arguments).Replace(script, "figures.lua", StringComparison.Ordinal)}");
        var child = context.Workshop.Start("wrk", arguments);
        var line = await child.LineAsync("its figures", line => line.StartsWith(WrkFigures.Mark, StringComparison.Ordinal));
        await child.ExitAsync();
        return WrkFigures.Parse(line);
    }
}
