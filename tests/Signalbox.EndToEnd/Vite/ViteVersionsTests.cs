using Signalbox.EndToEnd.Support;

namespace Signalbox.EndToEnd.Vite;

/// <summary>Every major version of Vite that the plugin is for, in a real browser.</summary>
[Collection(Heavy.Name)]
public sealed class ViteVersionsTests
{
    [Theory]
    [InlineData("vite5")]
    [InlineData("vite6")]
    [InlineData("vite7")]
    [InlineData("vite")]
    public async Task Page_OverItsName_LoadsAndIsChangedInPlace(string vite)
    {
        const string Host = "shop.main.localhost";
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
}
