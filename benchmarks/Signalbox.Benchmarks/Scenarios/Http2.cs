using Signalbox.Benchmarks.Contestants;
using Signalbox.Benchmarks.Frame;
using Signalbox.Benchmarks.Load.FullSpeed;

namespace Signalbox.Benchmarks.Scenarios;

/// <summary>As browsers speak.</summary>
internal sealed class Http2 : IScenario
{
    public string Name => "http2";

    public string What => "HTTP/2 over TLS 1.3, a body of 45 bytes, 16 connections with 10 streams each";

    public IReadOnlyList<Metric> Metrics => [Metric.Processor, Metric.Rate, Metric.Median, Metric.Tail, Metric.Memory];

    public IReadOnlyList<Mark> Marks => [new(Metric.Processor, Names.Nginx, 1.3, 1.0), new(Metric.Processor, Names.Caddy, 0.2)];

    public Task RunAsync(ScenarioContext context) =>
        context.TurnsAsync(
            context.Lineup.With(Feature.Http2),
            (contestant, round) => context.MeterAsync(contestant, round, () => new H2Load(context, contestant, round).RunAsync(Lineup.SecureHost, 16, 10)),
            warmUp: true);
}
