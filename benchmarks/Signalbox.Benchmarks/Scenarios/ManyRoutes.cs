using System.Diagnostics;
using System.Globalization;
using System.Net;
using Signalbox.Benchmarks.Contestants;
using Signalbox.Benchmarks.Frame;
using Signalbox.Benchmarks.Load;
using Signalbox.Benchmarks.Measuring;

namespace Signalbox.Benchmarks.Scenarios;

/// <summary>
/// A router with many hosts: its start, its memory, whether the last host costs more than the first, and what changing one of them does to the clients of
/// that host and of all the others.
/// </summary>
internal sealed class ManyRoutes(string name, int count) : IScenario
{
    /// <summary>Requests a second to other hosts: a tenth of what the slowest contestant carries, so that what is seen is the change and not the load.</summary>
    private const int Rate = 300;

    /// <summary>Other hosts that are asked.</summary>
    private const int Others = 100;

    private const int LookUps = 2_000;

    /// <summary>Quiet and changing in turns, as often: what else the machine does meets both alike.</summary>
    private const int Alternations = 3;

    /// <summary>So many routes are proved within ten seconds.</summary>
    private const int RestsSoon = 10_000;

    private static readonly Metric Start = new("start to first answer", "ms", "#,0");
    private static readonly Metric Rest = new("start to rest", "s", "#,0");
    private static readonly Metric Each = new("memory a route", "bytes", "#,0");
    private static readonly Metric First = new("first host p50", "ms", "0.000");
    private static readonly Metric Last = new("last host p50", "ms", "0.000");
    private static readonly Metric LastToFirst = new("last ÷ first", "", "0.000");
    private static readonly Metric SeenMedian = new("change seen p50", "ms", "#,0.00");
    private static readonly Metric SeenTail = new("change seen p99", "ms", "#,0.00");
    private static readonly Metric SeenCold = new("change seen p99, after the start", "ms", "#,0.00");
    private static readonly Metric Confirmed = new("change confirmed p50", "ms", "#,0.00");
    private static readonly Metric Quiet = new("others' p99, quiet", "ms", "0.00");
    private static readonly Metric Changing = new("others' p99, changing", "ms", "0.00");
    private static readonly Metric ChangingToQuiet = new("changing ÷ quiet", "", "0.00");
    private static readonly Metric Failed = new("others' requests failed", "", "#,0");

    /// <summary>
    /// Most routes a contestant is asked to carry. Caddy matches host routes one after another and takes its whole config anew at each change: with 100,000
    /// that is minutes for one.
    /// </summary>
    private static readonly Dictionary<string, int> Most = new() { [Names.Caddy] = 10_000, [Names.Nginx] = 100_000, [Names.HaProxy] = 100_000 };

    public string Name => name;

    public string What => string.Create(CultureInfo.InvariantCulture, $"{count:n0} hosts: start, memory a route, first host against last, and one host changed again and again while others are asked {Rate} times a second");

    public IReadOnlyList<Metric> Metrics => [Start, Rest, Each, First, Last, LastToFirst, SeenMedian, SeenTail, SeenCold, Confirmed, Quiet, Changing, ChangingToQuiet, Failed];

    public IReadOnlyList<Mark> Marks =>
    [
        new Mark(SeenTail, null, 5, 1),
        new Mark(ChangingToQuiet, null, 1.2),
        new Mark(Failed, null, 0),
        new Mark(LastToFirst, null, 1.05),
        .. count == 100_000 ? (IEnumerable<Mark>)[new Mark(Start, null, 3_000), new Mark(Each, null, 2_048, 500)] : [],
    ];

    public bool Fits(Length length) => length switch
    {
        Length.Quick => count <= 10_000,
        Length.Whole => count <= 100_000,
        _ => true,
    };

    public async Task RunAsync(ScenarioContext context)
    {
        await using var first = await Echo.StartAsync("first");
        await using var second = await Echo.StartAsync("second");
        var all = Peers.Of(context, Feature.Changes);
        var left = all.Where(contestant => Most.GetValueOrDefault(contestant.Name, int.MaxValue) < count).Select(contestant => contestant.Name).ToList();
        if (left.Count > 0) context.Note(string.Create(CultureInfo.InvariantCulture, $"{string.Join(" and ", left)} left out: one change of {count:n0} routes takes too long for a turn."));
        await context.TurnsAsync(
            [.. all.Where(contestant => !left.Contains(contestant.Name))],
            async (contestant, round) =>
            {
                await using var router = contestant;
                await router.StartAsync(RouteLayout.Many(1, first.Port));
                var empty = await Settled.MemoryAsync(router, Memory.Proportional);
                await router.StopAsync();

                await router.StartAsync(Layout(first, second));
                context.Record(router, round, Start, ProcessAge.Of(router.Process).TotalMilliseconds);
                await RestAsync(context, router, round);
                context.Record(router, round, Each, (await Settled.MemoryAsync(router, Memory.Proportional) - empty) / (double)count);
                context.Show($"{router.Name}, first and last");
                await LookUpAsync(context, router, round);
                context.Show($"{router.Name}, changes");
                using var flipper = new RouteFlipper(router, RouteLayout.ManyHost(count / 2), first, second);
                await ChangeAsync(context, router, round, flipper);
                await router.StopAsync();
            },
            rounds: 1);
    }

    /// <summary>
    /// Waits for the work that a router has after its start, where there is time. Where there is none, what follows is measured beside that work, which
    /// makes it no better.
    /// </summary>
    private async Task RestAsync(ScenarioContext context, Contestant router, int round)
    {
        if (count > RestsSoon && context.Options.Length != Length.Named)
        {
            if (router.Name == Names.Signalbox) context.Note(string.Create(CultureInfo.InvariantCulture, $"Signalbox proves its routes after a start, 1,000 a second, and was measured while it did. “./bench {name}” waits for the end of it."));
            return;
        }

        context.Show($"{router.Name} comes to rest");
        try
        {
            await router.SettleAsync();
            context.Record(router, round, Rest, ProcessAge.Of(router.Process).TotalSeconds);
        }
        catch (TimeoutException)
        {
            context.Note($"{router.Name} still had work from its start when it was measured.");
        }
    }

    /// <summary>One host leads to the other backend from the start, so that a change is one between backends the router knows.</summary>
    private RouteLayout Layout(Echo first, Echo second)
    {
        var hosts = RouteLayout.Many(count, first.Port).Hosts.ToList();
        hosts.Insert(count / 2, new RoutedHost("other.bench.localhost", second.Port));
        return new RouteLayout(hosts);
    }

    /// <summary>The first and the last host in turn, so that whatever else the machine does meets both alike.</summary>
    private async Task LookUpAsync(ScenarioContext context, Contestant router, int round)
    {
        using var client = await HttpConnection.OpenAsync(new IPEndPoint(IPAddress.Loopback, router.HttpPort));
        var (firsts, lasts) = (new Latencies(), new Latencies());
        for (var i = 0; i < LookUps; i++)
        {
            await OneAsync(client, RouteLayout.ManyHost(0), firsts);
            await OneAsync(client, RouteLayout.ManyHost(count - 1), lasts);
        }

        context.Record(router, round, First, firsts.P50);
        context.Record(router, round, Last, lasts.P50);
        context.Record(router, round, LastToFirst, lasts.P50 / firsts.P50);
    }

    private static async Task OneAsync(HttpConnection client, string host, Latencies times)
    {
        var began = Stopwatch.GetTimestamp();
        var answer = await client.GetAsync(host);
        if (answer.Status != 200) throw new InvalidOperationException($"{host}: {answer.Status}");
        times.AddSince(began);
    }

    private async Task ChangeAsync(ScenarioContext context, Contestant router, int round, RouteFlipper flipper)
    {
        // Every so many-th host, never the one that is changed (its number is even, these are odd).
        var others = Enumerable.Range(0, Others).Select(i => RouteLayout.ManyHost((int)((long)i * count / Others) | 1)).ToList();
        using var traffic = new SteadyTraffic(new IPEndPoint(IPAddress.Loopback, router.HttpPort), others, Rate);
        var (quiet, changing) = (new Latencies(), new Latencies());
        var phase = context.Options.Pick(TimeSpan.FromSeconds(0.5), TimeSpan.FromSeconds(1.5), TimeSpan.FromSeconds(5));
        // Connections to the router and to its backends, and code that is compiled at its first use. The first changes after a start are told by themselves.
        await traffic.ForAsync(TimeSpan.FromSeconds(1), new Latencies());
        var failed = await ChangeForAsync(2 * phase, new Latencies());
        context.Record(router, round, SeenCold, flipper.Seen.P99);
        flipper.Forget();
        for (var i = 0; i < Alternations; i++)
        {
            failed += await traffic.ForAsync(phase, quiet);
            failed += await ChangeForAsync(phase, changing);
        }

        context.Record(router, round, SeenMedian, flipper.Seen.P50);
        context.Record(router, round, SeenTail, flipper.Seen.P99);
        // nginx does not say when it is done.
        if (router.Name != Names.Nginx) context.Record(router, round, Confirmed, flipper.Confirmed.P50);
        context.Record(router, round, Quiet, quiet.P99);
        context.Record(router, round, Changing, changing.P99);
        context.Record(router, round, ChangingToQuiet, changing.P99 / quiet.P99);
        context.Record(router, round, Failed, failed);
        context.Note(string.Create(CultureInfo.InvariantCulture, $"{router.Name}: {flipper.Seen.Count:n0} changes were made."));

        async Task<int> ChangeForAsync(TimeSpan time, Latencies times)
        {
            using var end = new CancellationTokenSource(time);
            using var over = new CancellationTokenSource();
            var asked = traffic.RunAsync(times, over.Token);
            await flipper.RunAsync(end.Token);
            // A slow change may outlast the phase: the others are asked as long as it lasts.
            await over.CancelAsync();
            return await asked;
        }
    }
}
