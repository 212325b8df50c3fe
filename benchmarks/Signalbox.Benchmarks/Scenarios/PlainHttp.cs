using Signalbox.Benchmarks.Contestants;
using Signalbox.Benchmarks.Frame;
using Signalbox.Benchmarks.Load.FullSpeed;

namespace Signalbox.Benchmarks.Scenarios;

/// <summary>The common case: short answers on kept connections.</summary>
internal sealed class PlainHttp : IScenario
{
    public string Name => "plain";

    public string What => "Plain HTTP/1.1, a body of 45 bytes, 64 kept connections";

    public IReadOnlyList<Metric> Metrics => [Metric.Processor, Metric.Rate, Metric.Median, Metric.Tail, Metric.Memory];

    public IReadOnlyList<Mark> Marks =>
    [
        new(Metric.Processor, Names.Nginx, 1.0, 0.85), new(Metric.Processor, Names.HaProxy, 1.0, 0.85), new(Metric.Processor, Names.Caddy, 0.2),
    ];

    public Task RunAsync(ScenarioContext context) =>
        context.TurnsAsync(
            context.Lineup.With(),
            (contestant, round) => context.MeterAsync(contestant, round, () => new Wrk(context, contestant, round).PlainAsync(Lineup.PlainHost, "/", 64)),
            warmUp: true);
}
