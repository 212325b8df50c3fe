using Signalbox.Benchmarks.Contestants;
using Signalbox.Benchmarks.Frame;
using Signalbox.Benchmarks.Load.FullSpeed;

namespace Signalbox.Benchmarks.Scenarios;

/// <summary>The common case over TLS; the handshakes are made once, before.</summary>
internal sealed class SecureHttp : IScenario
{
    public string Name => "https";

    public string What => "HTTPS (TLS 1.3, HTTP/1.1), a body of 45 bytes, 64 kept connections";

    public IReadOnlyList<Metric> Metrics => [Metric.Processor, Metric.Rate, Metric.Median, Metric.Tail, Metric.Memory];

    public IReadOnlyList<Mark> Marks => [new(Metric.Processor, Names.Nginx, 1.15, 1.0), new(Metric.Processor, Names.Caddy, 0.25)];

    public Task RunAsync(ScenarioContext context) =>
        context.TurnsAsync(
            context.Lineup.With(Feature.Tls),
            (contestant, round) => context.MeterAsync(contestant, round, () => new Wrk(context, contestant, round).SecureAsync(Lineup.SecureHost, "/", 64)),
            warmUp: true);
}
