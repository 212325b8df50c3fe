using System.Globalization;
using System.Net;
using Signalbox.Benchmarks.Contestants;
using Signalbox.Benchmarks.Frame;
using Signalbox.Benchmarks.Load;
using Signalbox.EndToEnd.Support;

namespace Signalbox.Benchmarks.Scenarios;

/// <summary>What plain traffic feels of new TLS connections that come as fast as they can.</summary>
internal sealed class StormOfHandshakes : IScenario
{
    /// <summary>Requests a second: enough for a p99, little beside what the routers carry.</summary>
    private const int Rate = 500;

    private static readonly Metric Handshakes = new("handshakes", "1/s", "#,0");
    private static readonly Metric Quiet = new("p99, quiet", "ms", "0.00");
    private static readonly Metric Storming = new("p99, storm", "ms", "0.00");
    private static readonly Metric StormToQuiet = new("storm ÷ quiet", "", "0.0");

    public string Name => "handshake-storm";

    public string What => "Plain requests at a constant rate, without and with new TLS connections from another process as fast as they come about";

    public IReadOnlyList<Metric> Metrics => [Handshakes, Quiet, Storming, StormToQuiet];

    // "No more than in nginx", with room for a clock of 1 ms on two cores.
    public IReadOnlyList<Mark> Marks => [new Mark(Storming, Names.Nginx, 1.2, 1.0)];

    public Task RunAsync(ScenarioContext context) => context.TurnsAsync(
        [.. context.Lineup.With(Feature.Hosts, Feature.Tls).Where(contestant => contestant.Name is Names.Signalbox or Names.Nginx)],
        async (contestant, round) =>
        {
            var phase = context.Options.Pick(TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(3), TimeSpan.FromSeconds(10));
            using var traffic = new SteadyTraffic(new IPEndPoint(IPAddress.Loopback, contestant.HttpPort), [Lineup.PlainHost], Rate);
            var (quiet, storming) = (new Latencies(), new Latencies());
            // The certificate is made at its first use, and what compiles itself while it runs does that in the first seconds.
            await StormAsync(new Latencies());
            var failed = await traffic.ForAsync(phase, quiet);
            var storm = await StormAsync(storming);
            failed += storm.Failed;
            if (failed > 0) throw new InvalidOperationException($"{failed} plain requests failed");
            context.Record(contestant, round, Handshakes, storm.Rate);
            context.Record(contestant, round, Quiet, quiet.P99);
            context.Record(contestant, round, Storming, storming.P99);
            context.Record(contestant, round, StormToQuiet, storming.P99 / quiet.P99);

            async Task<(int Failed, double Rate)> StormAsync(Latencies times)
            {
                await using var storm = ChildProcess.Start(Environment.ProcessPath!, ["storm", contestant.HttpsPort.ToString(CultureInfo.InvariantCulture), Lineup.SecureHost]);
                await storm.LineAsync("that it storms", line => line == "storming");
                var failed = await traffic.ForAsync(phase, times);
                storm.Signal(Signals.Terminate);
                // "done 1234 failed 0 seconds 3.1"
                var said = (await storm.LineAsync("how it was", line => line.StartsWith("done", StringComparison.Ordinal))).Split(' ');
                if (said[3] != "0") throw new InvalidOperationException($"{said[3]} handshakes failed");
                return (failed, double.Parse(said[1], CultureInfo.InvariantCulture) / double.Parse(said[5], CultureInfo.InvariantCulture));
            }
        },
        context.Options.Pick(1, 2, context.Options.Rounds));
}
