using Signalbox.EndToEnd.Support;

namespace Signalbox.EndToEnd.Vite;

/// <summary>Vite behind <c>signalbox dev</c>, with the plugin in its configuration and without.</summary>
[Collection(Heavy.Name)]
public sealed class ViteCommandTests
{
    private const string Host = "shop.main.localhost";

    [Theory]
    [InlineData("npx vite", false)]
    [InlineData("npx vite", true)]
    [InlineData("npm run dev", false)]
    [InlineData("npm run dev", true)]
    public async Task Dev_WithVite_PageAndHmrWorkAndOneRouteIsMade(string command, bool plugin)
    {
        await using var home = new Home();
        var site = await ViteSite.MakeAsync(home, plugin);
        var dev = site.StartDev(command.Split(' '));
        await dev.LineAsync("its URL", line => line.Contains(home.Url(Host, ""), StringComparison.Ordinal));
        await ViteSite.WatchesAsync(dev);

        await using (var browser = await Browser.OpenAsync(home))
        {
            var page = await browser.OpenAsync(home.Url(Host));
            await page.ShowsAsync("#text", "first");
            await page.ConnectedAsync($"{Host}:{home.HttpsPort}/");
            await page.MarkAsync("mark");
            site.SetText("second");
            await page.ShowsAsync("#text", "second");
            (await page.MarkAsync()).ShouldBe("mark");
        }

        (await home.Admin.RoutesAsync()).ShouldHaveSingleItem().Host.ShouldBe(Host);

        // Ctrl-C: npm, Vite and the name end together, and only the daemon is left.
        dev.Signal(Signals.Interrupt);
        await dev.ExitAsync();
        await Wait.UntilAsync("the name is given back", async () => (await home.Admin.RoutesAsync()).Length == 0);
        await Wait.UntilAsync("no process but the daemon is left", () => home.Processes().Except(home.Daemons()).Any() == false);
    }
}
