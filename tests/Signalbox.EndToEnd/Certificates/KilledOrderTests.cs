using System.Collections.Concurrent;
using Signalbox.EndToEnd.Support;

namespace Signalbox.EndToEnd.Certificates;

/// <summary>kill -9 between any two steps of an order: the name ends issued, with at most one order more, and with the key that belongs to the certificate.</summary>
public sealed class KilledOrderTests
{
    private const string Name = "www.example.com";

    /// <summary>
    /// Requests of Pebble, of which an order takes about a dozen with those for nonces: the daemon is killed as soon as the nth has come in, when it may or may not
    /// have been answered, and later by parts of the way to the next one.
    /// </summary>
    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    [InlineData(5)]
    [InlineData(11)]
    public async Task Order_KilledAtEachStep_EndsIssued(int milliseconds)
    {
        var points = Enumerable.Range(1, 13).ToList();
        var (asked, failures) = (0, new ConcurrentQueue<string>());
        await Parallel.ForEachAsync(points, new ParallelOptions { MaxDegreeOfParallelism = 2 }, async (point, _) =>
        {
            await using var site = await PublicSite.StartAsync(null, Name);
            var daemon = await site.Home.UpAsync();
            await Wait.UntilAsync($"Pebble has heard {point} requests, or the name is done", async () => Heard(site) >= point || (await site.ReportsAsync()).Any(report => report.State == "issued"));
            // Not a wait for anything: it only moves the moment of the kill.
            if (milliseconds > 0) await Task.Delay(milliseconds, CancellationToken.None);
            await daemon.Kill9Async();
            Interlocked.Increment(ref asked);
            await site.Home.UpAsync();
            await site.IssuedAsync();
            using var certificate = await site.HandshakeAsync(Name);
            if (site.Orders > 2) failures.Enqueue($"killed at request {point}: {site.Orders} orders");
            if (Directory.EnumerateFiles(site.Home.Layout.OrderKeys).Any()) failures.Enqueue($"killed at request {point}: a key of an order is left");
        });
        asked.ShouldBe(points.Count);
        failures.ShouldBeEmpty();
    }

    private static int Heard(PublicSite site) => site.Pebble.Transcript.Split('\n').Count(line => line.EndsWith("-> calling handler()", StringComparison.Ordinal) && !line.Contains("GET /dir", StringComparison.Ordinal));
}
