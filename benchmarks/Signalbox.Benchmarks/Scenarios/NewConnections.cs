using System.Globalization;
using Signalbox.Benchmarks.Contestants;
using Signalbox.Benchmarks.Frame;
using Signalbox.Benchmarks.Load.FullSpeed;

namespace Signalbox.Benchmarks.Scenarios;

/// <summary>A handshake for each request.</summary>
/// <param name="resume">True: each takes up the session of the one before. False: each is full.</param>
internal sealed class NewConnections(bool resume) : IScenario
{
    /// <summary>Of the handshakes of a turn that are to be resumed. The first of each of the client's threads cannot be.</summary>
    private const double LeastResumed = 0.95;

    private static readonly Metric Resumed = new("resumed", "%", "0.0", Compared: false);

    public string Name => resume ? "handshake-resumed" : "handshake-full";

    public string What => $"HTTPS with a new connection and a {(resume ? "resumed" : "full")} TLS 1.3 handshake for each request, 8 at once";

    public IReadOnlyList<Metric> Metrics => [Metric.Processor, Metric.Rate, Metric.Median, Metric.Tail, Resumed];

    public IReadOnlyList<Mark> Marks => [new(Metric.Processor, Names.Nginx, 1.5, 1.2)];

    public bool Fits(Length length) => length != Length.Quick || !resume;

    public Task RunAsync(ScenarioContext context)
    {
        context.Command($"(the bench's own client, Load/FullSpeed/Handshakes.cs: 8 threads on the system's OpenSSL, {(resume ? "each with the session of its connection before" : "never with a session")})");
        return context.TurnsAsync(
            context.Lineup.With(Feature.Tls),
            async (contestant, round) =>
            {
                var resumed = 0;
                var result = await context.MeterAsync(contestant, round, async () =>
                {
                    (var load, resumed) = await Handshakes.RunAsync(contestant.HttpsPort, Lineup.SecureHost, resume, context.TurnOf(contestant, round));
                    return load;
                });
                context.Record(contestant, round, Resumed, 100.0 * resumed / result.Done);
                // A figure for the wrong kind of handshake is none.
                if (resume ? resumed < LeastResumed * result.Done : resumed > 0)
                    throw new InvalidOperationException(string.Create(CultureInfo.InvariantCulture, $"{resumed:n0} of {result.Done:n0} handshakes were resumed"));
            },
            warmUp: true);
    }
}
