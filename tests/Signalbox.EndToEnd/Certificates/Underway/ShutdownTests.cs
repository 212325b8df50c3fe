using Signalbox.EndToEnd.Support;
using Signalbox.Model.Wire;

namespace Signalbox.EndToEnd.Certificates.Underway;

/// <summary>A daemon that is asked to end while the CA looks at a name: the next one goes on with the same order.</summary>
public sealed class ShutdownTests
{
    private const string Name = "www.example.com";

    [Fact]
    public async Task Daemon_EndedWhileTheCaLooks_GoesOnWithTheSameOrder()
    {
        await using var site = await PublicSite.StartAsync(null, Name);

        // Held up until the next daemon is there.
        await using var way = await HeldWay.StartAsync(site, Name);
        var first = await site.Home.UpAsync();
        await way.AskedAsync(site);
        (await first.StopAsync()).ShouldBe(0);

        await site.Home.UpAsync();
        await Wait.UntilAsync("the answer is shown again", async () => (await site.ReportAsync(Name)).State == CertificateStates.Validating);
        way.Open();
        await site.IssuedAsync();

        // Where the machine was too slow for Pebble's patience, it has given the order up by itself.
        site.Orders.ShouldBe(site.Pebble.HasGivenUp ? 2 : 1, site.Pebble.Transcript);
        Directory.EnumerateFiles(site.Home.Layout.OrderKeys).ShouldBeEmpty();
    }
}
