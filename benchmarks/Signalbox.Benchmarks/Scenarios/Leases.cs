using System.Diagnostics;
using Signalbox.Benchmarks.Contestants;
using Signalbox.Benchmarks.Frame;
using Signalbox.Benchmarks.Load;
using Signalbox.EndToEnd.Support;
using Signalbox.Model.Wire;

namespace Signalbox.Benchmarks.Scenarios;

/// <summary>From the request for a lease to its proof, which is what somebody who types <c>signalbox dev</c> waits for.</summary>
internal sealed class Leases : IScenario
{

    private static readonly Metric Median = new("proved p50", "ms", "0.00");
    private static readonly Metric Tail = new("proved p99", "ms", "0.00");

    public string Name => "lease";

    public string What => "From the request for a lease to its proof, over HTTPS with a certificate made for it";

    public IReadOnlyList<Metric> Metrics => [Median, Tail];

    public IReadOnlyList<Mark> Marks => [new Mark(Tail, null, 50)];

    public async Task RunAsync(ScenarioContext context)
    {
        await using var echo = await Echo.StartAsync("echo");
        await context.TurnsAsync(
            [Roster.Signalbox(context.Workshop)],
            async (contestant, round) =>
            {
                await using var router = (SignalboxRouter)contestant;
                await router.StartAsync(RouteLayout.Many(1, echo.Port));
                // Once unmeasured: code is compiled at its first use.
                var count = context.Options.Pick(50, 200, 500);
                await TakeAsync(router.Home, echo, "warm", count, new Latencies());
                var times = new Latencies();
                await TakeAsync(router.Home, echo, "leased", count, times);
                context.Record(router, round, Median, times.P50);
                context.Record(router, round, Tail, times.P99);
                await router.StopAsync();
            },
            rounds: 1);
    }

    private static async Task TakeAsync(Home home, Echo echo, string name, int count, Latencies times)
    {
        for (var i = 0; i < count; i++)
        {
            var began = Stopwatch.GetTimestamp();
            using var lease = await home.Admin.LeaseAsync(new ClaimRequest { Hosts = [$"{name}-{i}.localhost"], Backends = [echo.Target], Project = "/bench", Holder = $"{i}" });
            await lease.UntilAsync("proved");
            times.AddSince(began);
        }
    }
}
