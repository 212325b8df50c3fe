using System.Net;
using Signalbox.Benchmarks.Contestants;
using Signalbox.Benchmarks.Frame;
using Signalbox.Benchmarks.Load;
using Signalbox.Benchmarks.Measuring;

namespace Signalbox.Benchmarks.Scenarios;

/// <summary>What a router's processes take from the machine for each WebSocket that is open and silent.</summary>
internal sealed class IdleWebSockets : IScenario
{
    private const string Host = "ws.bench.localhost";
    private const int Wanted = 10_000;

    /// <summary>Opened and closed before the first reading, so that what a router loads once is not counted as a socket's.</summary>
    private const int Warm = 100;

    private static readonly Metric Each = new("memory a WebSocket", "KB", "0.00");
    private static readonly Metric Opened = new("open", "", "#,0");

    public string Name => "websockets-idle";

    public string What => "Memory of the router's own processes (RssAnon) for each idle WebSocket of 10,000, after each has passed one message";

    public IReadOnlyList<Metric> Metrics => [Each, Opened];

    // 12 KB, and 6 KB beyond: 1 KB is 1,024 bytes here.
    public IReadOnlyList<Mark> Marks => [new Mark(Each, null, 12, 6)];

    public async Task RunAsync(ScenarioContext context)
    {
        if (DescriptorLimit.Advice(Wanted) is { } advice && context.Options.Length != Length.Quick) context.Note(advice);
        var count = Math.Min(DescriptorLimit.WebSockets(Wanted), context.Options.Pick(1_000, Wanted, Wanted));
        await using var echo = await Echo.StartAsync("echo");
        var layout = new RouteLayout([new RoutedHost(Host, echo.Port)]);
        await context.TurnsAsync(
            Peers.Of(context, Feature.WebSockets),
            async (contestant, round) =>
            {
                // Fresh each time: memory that an earlier crowd left behind would be used again and not be seen.
                await using var router = contestant;
                await router.StartAsync(layout);
                var at = new IPEndPoint(IPAddress.Loopback, router.HttpPort);
                (await WebSocketCrowd.OpenAsync(at, Host, Warm, CancellationToken.None)).Dispose();
                var before = await Settled.MemoryAsync(router, Memory.Anonymous);
                using (var crowd = await WebSocketCrowd.OpenAsync(at, Host, count, CancellationToken.None))
                {
                    var after = await Settled.MemoryAsync(router, Memory.Anonymous);
                    context.Record(router, round, Each, (after - before) / (double)count / 1024);
                    context.Record(router, round, Opened, await crowd.WholeAsync());
                }

                await router.StopAsync();
            },
            rounds: 1);
    }
}
