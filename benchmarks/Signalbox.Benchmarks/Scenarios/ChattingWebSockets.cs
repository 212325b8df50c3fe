using System.Diagnostics;
using System.Net;
using Signalbox.Benchmarks.Contestants;
using Signalbox.Benchmarks.Frame;
using Signalbox.Benchmarks.Load;

namespace Signalbox.Benchmarks.Scenarios;

/// <summary>Short messages over many open WebSockets, each sent back by the backend.</summary>
internal sealed class ChattingWebSockets : IScenario
{
    private const string Host = "ws.bench.localhost";
    private const int Sockets = 2_000;

    /// <summary>Messages under way at once, as many as the plain scenario has requests.</summary>
    private const int Speakers = 64;

    public string Name => "websockets-chat";

    public string What => "2,000 open WebSockets that send 48 bytes in turn, 64 at a time, and wait for them to come back; a request is a message there and back";

    public IReadOnlyList<Metric> Metrics => [Metric.Processor, Metric.Rate, Metric.Median, Metric.Tail];

    public IReadOnlyList<Mark> Marks => [];

    public async Task RunAsync(ScenarioContext context)
    {
        await using var echo = await Echo.StartAsync("echo");
        var layout = new RouteLayout([new RoutedHost(Host, echo.Port)]);
        var contestants = Peers.Of(context, Feature.WebSockets);
        var crowds = new Dictionary<Contestant, WebSocketCrowd>();
        try
        {
            // All are up at once, so that their turns follow each other quickly; those that wait are idle.
            foreach (var contestant in contestants)
            {
                context.Show($"opening, {contestant.Name}");
                await contestant.StartAsync(layout);
                crowds.Add(contestant, await WebSocketCrowd.OpenAsync(new IPEndPoint(IPAddress.Loopback, contestant.HttpPort), Host, Sockets, CancellationToken.None));
                await ChatAsync(crowds[contestant], context.Options.WarmUp / 2);
            }

            await context.TurnsAsync(contestants, (contestant, round) => context.MeterAsync(contestant, round, () => ChatAsync(crowds[contestant], context.Options.Turn)), context.Options.Pick(1, 2, context.Options.Rounds));
        }
        finally
        {
            foreach (var crowd in crowds.Values) crowd.Dispose();
            foreach (var contestant in contestants) await contestant.DisposeAsync();
        }
    }

    private static async Task<LoadResult> ChatAsync(WebSocketCrowd crowd, TimeSpan turn)
    {
        var times = new Latencies();
        var began = Stopwatch.GetTimestamp();
        using var end = new CancellationTokenSource(turn);
        await crowd.ChatAsync(Speakers, times, end.Token);
        return new LoadResult(times.Count, 0, Stopwatch.GetElapsedTime(began), TimeSpan.FromMilliseconds(times.P50), TimeSpan.FromMilliseconds(times.P99));
    }
}
