using System.Globalization;
using Signalbox.Benchmarks.Contestants;
using Signalbox.Benchmarks.Frame;
using Signalbox.Benchmarks.Load.FullSpeed;

namespace Signalbox.Benchmarks.Scenarios;

/// <summary>How long a request takes when the router is busy but not at its limit.</summary>
internal sealed class HalfLoad : IScenario
{
    /// <summary>A router whose peak is not this much above the common rate would be at its limit; it is asked for half of its own peak.</summary>
    private const double Room = 1.2;

    public string Name => "half-load";

    public string What => "Plain HTTP/1.1 at a constant rate, half of nginx's peak: latency from when a request was due";

    public IReadOnlyList<Metric> Metrics => [Metric.Rate, Metric.Median, Metric.Tail, Metric.Processor];

    public IReadOnlyList<Mark> Marks => [new(Metric.Tail, Names.Nginx, 1.2, 0.9)];

    public async Task RunAsync(ScenarioContext context)
    {
        context.Command("(the bench's own client, Load/FullSpeed/PacedLoad.cs: 64 connections on one event loop, requests at even distances)");
        var contestants = context.Lineup.With();
        var peaks = new Dictionary<string, double>();
        await context.TurnsAsync(
            contestants,
            async (contestant, _) =>
            {
                var result = await new Wrk(context, contestant, ScenarioContext.WarmUp).PlainAsync(Lineup.PlainHost, "/", 64);
                peaks[contestant.Name] = result.Done / result.Took.TotalSeconds;
            },
            rounds: 1);
        if (!peaks.TryGetValue(Names.Nginx, out var nginx)) throw new InvalidOperationException("nginx's peak is not known");
        var common = nginx / 2;
        await context.TurnsAsync(
            [.. contestants.Where(contestant => peaks.ContainsKey(contestant.Name))],
            async (contestant, round) =>
            {
                var rate = peaks[contestant.Name] >= common * Room ? common : peaks[contestant.Name] / 2;
                if (rate < common) context.Note(string.Create(CultureInfo.InvariantCulture, $"{contestant.Name} does not reach that rate; it was asked for half of its own peak, {rate:n0} a second"));
                await context.MeterAsync(contestant, round, () => PacedLoad.RunAsync(contestant.HttpPort, Lineup.PlainHost, rate, context.TurnOf(contestant, round)));
            },
            warmUp: true);
    }
}
