using System.Diagnostics;
using System.Globalization;
using Signalbox.Benchmarks.Contestants;
using Signalbox.Benchmarks.Frame;
using Signalbox.Benchmarks.Load;
using Signalbox.Benchmarks.Measuring;

namespace Signalbox.Benchmarks.Scenarios;

/// <summary>Whether anything is left behind by what comes and goes: memory grows, descriptors stay open.</summary>
internal sealed class Soak : IScenario
{
    private static readonly TimeSpan Sampling = TimeSpan.FromSeconds(1);

    /// <summary>An idle connection to a backend is kept for 60 s; whoever holds one longer after its end has forgotten it.</summary>
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(70);

    /// <summary>Longer than the router takes from one look at a backend that is away to the next, in the first seconds.</summary>
    private static readonly TimeSpan Still = TimeSpan.FromSeconds(5);

    private static readonly Metric Done = new("requests, changes and the like", "", "#,0");
    private static readonly Metric Memory = new("memory at the end", "MB", "#,0.0");
    private static readonly Metric Slope = new("memory's slope", "KB/s", "0.0");
    private static readonly Metric Growth = new("growth in the last two thirds", "%", "0.0");
    private static readonly Metric MostDescriptors = new("most descriptors", "", "#,0");
    private static readonly Metric Left = new("descriptors left over", "", "#,0");
    private static readonly Metric Dead = new("idle connections outlive their backend", "s", "0.0");

    public string Name => "soak";

    public string What => "Requests, new connections, handshakes, WebSockets, route changes, leases and restarts of a backend, all the time: memory by least squares over the last two thirds, and descriptors after it against those before";

    public IReadOnlyList<Metric> Metrics => [Done, Memory, Slope, Growth, MostDescriptors, Left, Dead];

    // Flat: a heap breathes by a few per cent from one collection to the next. Idle connections are kept for 60 s, and looked through every few seconds.
    public IReadOnlyList<Mark> Marks => [new Mark(Growth, null, 5), new Mark(Left, null, 0), new Mark(Dead, null, 65)];

    public bool Fits(Length length) => length != Length.Quick;

    public async Task RunAsync(ScenarioContext context)
    {
        var length = context.Options.Soak ?? context.Options.Pick(TimeSpan.FromSeconds(10), TimeSpan.FromMinutes(1), TimeSpan.FromMinutes(10));
        context.Note(string.Create(CultureInfo.InvariantCulture, $"{length.TotalMinutes:0.#} minutes. In the first ones a heap still grows into its size; only a longer run (“./bench soak 10”) tells that from a leak."));
        await using var site = new ChurnSite();
        await context.TurnsAsync(
            [Roster.Signalbox(context.Workshop)],
            async (contestant, round) =>
            {
                await using var router = (SignalboxRouter)contestant;
                await site.StartAsync();
                await router.StartAsync(site.Layout);
                await router.SettleAsync();
                // Once all of it before the first count: libraries, the database and the event loops open what they keep.
                context.Show("warming up");
                await ChurnAsync(router, site, context.Options.Pick(TimeSpan.FromSeconds(4), TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(15)), []);
                await site.DisposeAsync();
                var before = await QuietDescriptorsAsync(router, 0);

                await site.StartAsync();
                context.Show(string.Create(CultureInfo.InvariantCulture, $"{length.TotalMinutes:0.#} minutes of churn"));
                var readings = new List<(double Seconds, double Memory, int Descriptors)>();
                var done = await ChurnAsync(router, site, length, readings);
                await site.DisposeAsync();
                var dead = await DeadAsync(router);
                var after = await QuietDescriptorsAsync(router, before);

                var memory = readings.Skip(readings.Count / 3).Select(at => (at.Seconds, at.Memory)).ToList();
                var slope = Trend.SlopeOf(memory);
                context.Record(router, round, Done, done);
                context.Record(router, round, Memory, readings[^1].Memory / 1e6);
                context.Record(router, round, Slope, slope / 1e3);
                context.Record(router, round, Growth, 100 * slope * (memory[^1].Seconds - memory[0].Seconds) / memory.Average(at => at.Memory));
                context.Record(router, round, MostDescriptors, readings.Max(at => at.Descriptors));
                context.Record(router, round, Left, after - before);
                context.Record(router, round, Dead, dead.TotalSeconds);
                await router.StopAsync();
            },
            rounds: 1);
    }

    private static async Task<long> ChurnAsync(SignalboxRouter router, ChurnSite site, TimeSpan length, List<(double Seconds, double Memory, int Descriptors)> readings)
    {
        using var end = new CancellationTokenSource(length);
        var churn = new Churn(router, site);
        var running = churn.RunAsync(end.Token);
        var began = Stopwatch.GetTimestamp();
        using var tick = new PeriodicTimer(Sampling);
        while (!running.IsCompleted && !end.IsCancellationRequested)
        {
            readings.Add((Stopwatch.GetElapsedTime(began).TotalSeconds, Measuring.Memory.Anonymous(router.Processes), Descriptors.Of(router.Processes)));
            await tick.WaitForNextTickAsync(CancellationToken.None);
        }

        await running;
        return churn.Done;
    }

    /// <summary>
    /// The fewest descriptors, once there have been no fewer for a while, or no more than expected: with clients and backends gone, what comes and goes is
    /// the router asking for its backends. Idle connections to the backends that ended and libraries are not counted: how many there are is chance.
    /// </summary>
    private static async Task<int> QuietDescriptorsAsync(SignalboxRouter router, int expected)
    {
        var (fewest, last) = (int.MaxValue, Stopwatch.GetTimestamp());
        using var tick = new PeriodicTimer(TimeSpan.FromMilliseconds(100));
        while (fewest > expected && Stopwatch.GetElapsedTime(last) < Still)
        {
            var now = HeldDescriptors.Live(router.Processes);
            if (now < fewest) (fewest, last) = (now, Stopwatch.GetTimestamp());
            await tick.WaitForNextTickAsync();
        }

        return fewest;
    }

    /// <summary>How long idle connections outlive their backend.</summary>
    private static async Task<TimeSpan> DeadAsync(SignalboxRouter router)
    {
        var began = Stopwatch.GetTimestamp();
        using var tick = new PeriodicTimer(TimeSpan.FromMilliseconds(100));
        while (HeldDescriptors.Dead(router.Processes) > 0 && Stopwatch.GetElapsedTime(began) < Longest) await tick.WaitForNextTickAsync();
        return Stopwatch.GetElapsedTime(began);
    }
}
