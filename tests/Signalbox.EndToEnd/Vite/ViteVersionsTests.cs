using Signalbox.EndToEnd.Support;

namespace Signalbox.EndToEnd.Vite;

/// <summary>Every major version of Vite that the plugin is for, in a real browser.</summary>
[Collection(Heavy.Name)]
public sealed class ViteVersionsTests
{
    private const string Host = "shop.main.localhost";

    [Theory]
    [InlineData("vite5")]
    [InlineData("vite6")]
    [InlineData("vite7")]
    [InlineData("vite")]
    public async Task Page_OverItsName_LoadsAndIsChangedInPlace(string vite)
    {
        await using var home = new Home();
        var site = await ViteSite.MakeAsync(home, vite: vite);
        var server = site.Start(null, PortPool.Take());
        await site.ReadyAsync(server, Host);

        await using var browser = await Browser.OpenAsync(home);
        var page = await browser.OpenAsync(home.Url(Host));
        await page.ShowsAsync("#text", "first");
        await page.ConnectedAsync($"{Host}:{home.HttpsPort}/");
        await page.MarkAsync("mark");
        site.SetText("second");
        await page.ShowsAsync("#text", "second");
        (await page.MarkAsync()).ShouldBe("mark");

        server.Signal(Signals.Terminate);
        await server.ExitAsync();
        await Wait.UntilAsync("the name is given back", async () => (await home.Admin.RoutesAsync()).Length == 0);
    }

    [Theory]
    [InlineData("vite5")]
    [InlineData("vite")]
    public async Task Preview_OverItsName_LoadsWhatWasBuilt(string vite)
    {
        await using var home = new Home();
        var site = await ViteSite.MakeAsync(home, vite: vite);
        var build = site.Start(null, 0, "build");
        (await build.ExitAsync()).ShouldBe(0, build.Transcript);
        home.Daemons().ShouldBeEmpty("a build serves nothing");

        var preview = site.Start(null, PortPool.Take(), "preview");
        await preview.LineAsync("its proved URL", line => line.Contains(home.Url(Host), StringComparison.Ordinal));
        await using var browser = await Browser.OpenAsync(home);
        var page = await browser.OpenAsync(home.Url(Host));
        await page.ShowsAsync("#text", "first");
    }
}
