using System.Globalization;
using System.Net;
using Signalbox.Benchmarks.Contestants;
using Signalbox.Benchmarks.Frame;
using Signalbox.Benchmarks.Load;

namespace Signalbox.Benchmarks.Scenarios;

/// <summary>Streams that are open while other hosts' routes change: whether any of them is cut or loses a message.</summary>
internal sealed class UnrelatedChanges : IScenario
{
    private const string Host = "streams.bench.localhost";
    private const int WebSockets = 16;

    /// <summary>Other hosts, one of which is changed.</summary>
    private const int Others = 1_000;

    private static readonly Metric Changes = new("changes", "", "#,0");
    private static readonly Metric Streams = new("open streams", "", "#,0");
    private static readonly Metric Messages = new("messages", "", "#,0");
    private static readonly Metric Lost = new("streams cut or short of a message", "", "#,0");

    public string Name => "open-streams";

    public string What => "WebSockets with numbered messages, a stream of numbered events and an upload, open while routes of other hosts change";

    public IReadOnlyList<Metric> Metrics => [Changes, Streams, Messages, Lost];

    public IReadOnlyList<Mark> Marks => [new Mark(Lost, null, 0)];

    public async Task RunAsync(ScenarioContext context)
    {
        await using var echo = await Echo.StartAsync("first");
        await using var second = await Echo.StartAsync("second");
        var many = RouteLayout.Many(Others, echo.Port);
        var layout = new RouteLayout([new RoutedHost(Host, echo.Port), new RoutedHost("other.bench.localhost", second.Port), .. many.Hosts]);
        await context.TurnsAsync(
            Peers.Of(context, Feature.Changes, Feature.WebSockets),
            async (contestant, round) =>
            {
                await using var router = contestant;
                await router.StartAsync(layout);
                using var streams = await OpenStreams.OpenAsync(new IPEndPoint(IPAddress.Loopback, router.HttpPort), Host, WebSockets);
                using var over = new CancellationTokenSource();
                var used = streams.UseAsync(over.Token);
                using var flipper = new RouteFlipper(router, RouteLayout.ManyHost(Others / 2), echo, second);
                using (var end = new CancellationTokenSource(context.Options.Pick(TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(4), TimeSpan.FromSeconds(20)))) await flipper.RunAsync(end.Token);
                await over.CancelAsync();
                var lost = await used;
                context.Record(router, round, Changes, flipper.Seen.Count);
                context.Record(router, round, Streams, streams.Count);
                context.Record(router, round, Messages, streams.Messages);
                context.Record(router, round, Lost, lost.Count);
                if (lost.Count > 0) context.Note(string.Create(CultureInfo.InvariantCulture, $"{router.Name}: {string.Join(" ", lost.GroupBy(text => text).Select(group => $"{group.Key} ({group.Count()} times)"))}"));
                await router.StopAsync();
            },
            rounds: 1);
    }
}
