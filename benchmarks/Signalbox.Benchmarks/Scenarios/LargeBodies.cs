using Signalbox.Benchmarks.Contestants;
using Signalbox.Benchmarks.Frame;
using Signalbox.Benchmarks.Load.FullSpeed;

namespace Signalbox.Benchmarks.Scenarios;

/// <summary>Downloads.</summary>
internal sealed class LargeBodies : IScenario
{
    public string Name => "large";

    public string What => "Plain HTTP/1.1, bodies of 1 MB from the backend's memory, 16 kept connections";

    public IReadOnlyList<Metric> Metrics => [Metric.Throughput, Metric.ProcessorPerMegabyte, Metric.Median, Metric.Tail, Metric.Memory, Metric.Growth];

    // Flat: 16 times 64 KB for each direction is 2 MB, and the rest is room for what a garbage collector has not looked at yet.
    public IReadOnlyList<Mark> Marks => [new(Metric.Throughput, Names.Nginx, 0.9, 1.1, AtLeast: true), new(Metric.Growth, null, 16)];

    public Task RunAsync(ScenarioContext context) =>
        context.TurnsAsync(
            context.Lineup.With(Feature.Uploads),
            (contestant, round) => context.MeterAsync(contestant, round, () => new Wrk(context, contestant, round).PlainAsync(Lineup.PlainHost, "/1m", 16)),
            warmUp: true);
}
