using Signalbox.Benchmarks.Contestants;
using Signalbox.Benchmarks.Frame;
using Signalbox.Benchmarks.Load.FullSpeed;

namespace Signalbox.Benchmarks.Scenarios;

/// <summary>Large bodies the other way.</summary>
internal sealed class LargeUploads(bool secure) : IScenario
{
    public string Name => secure ? "upload-https" : "upload";

    public string What => $"Uploads of 100 MB over {(secure ? "HTTPS" : "plain HTTP")}, one after the other on one connection";

    public IReadOnlyList<Metric> Metrics => [Metric.Throughput, Metric.ProcessorPerMegabyte, Metric.Memory, Metric.Growth];

    // Flat: 64 KB for each direction, and room for what a garbage collector has not looked at yet. A body that were held would be six times as much.
    public IReadOnlyList<Mark> Marks => [new(Metric.Throughput, Names.Nginx, 0.9, 1.1, AtLeast: true), new(Metric.Growth, null, 16)];

    public bool Fits(Length length) => length != Length.Quick || !secure;

    public Task RunAsync(ScenarioContext context)
    {
        context.Command("(the bench's own client, Load/FullSpeed/Uploads.cs: one thread that sends pieces of 250 kB; the backend is Backends/SinkProgram.cs)");
        return context.TurnsAsync(
            context.Lineup.With(Feature.Uploads),
            (contestant, round) => context.MeterAsync(contestant, round, () => Uploads.RunAsync(
                secure ? contestant.HttpsPort : contestant.HttpPort, secure ? Lineup.SecureUploadHost : Lineup.PlainUploadHost, secure, context.TurnOf(contestant, round))),
            warmUp: true);
    }
}
