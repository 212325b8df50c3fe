using Signalbox.EndToEnd.Support;

namespace Signalbox.EndToEnd.Vite;

/// <summary>Two Vite servers of one repository and branch, told apart by labels, in a real browser that checks certificates.</summary>
[Collection(Heavy.Name)]
public sealed class TwoServersTests
{
    private const string Left = "shop.main.left.localhost";
    private const string Right = "shop.main.right.localhost";

    [Fact]
    public async Task Servers_OneKilledAndStartedOnAnotherPort_NameLeadsToTheLiveOneAndTheOtherNeverNotices()
    {
        await using var home = new Home();
        var site = await ViteSite.MakeAsync(home);
        int[] ports = [PortPool.Take(), PortPool.Take(), PortPool.Take()];

        // 1. Nobody runs a daemon: the plugins start one, both at once.
        var left = site.Start("left", ports[0]);
        var right = site.Start("right", ports[1]);
        await site.ReadyAsync(left, Left);
        await site.ReadyAsync(right, Right);
        await home.OneDaemonAsync();

        // 2. Both pages, and HMR of both without a reload.
        await using var browser = await Browser.OpenAsync(home);
        var leftPage = await browser.OpenAsync(home.Url(Left));
        var rightPage = await browser.OpenAsync(home.Url(Right));
        await leftPage.ShowsAsync("#port", $"{ports[0]}");
        await rightPage.ShowsAsync("#port", $"{ports[1]}");
        await leftPage.ConnectedAsync($"{Left}:{home.HttpsPort}/");
        await rightPage.ConnectedAsync($"{Right}:{home.HttpsPort}/");
        await leftPage.MarkAsync("left mark");
        await rightPage.MarkAsync("right mark");
        site.SetText("second");
        await leftPage.ShowsAsync("#text", "second");
        await rightPage.ShowsAsync("#text", "second");
        (await leftPage.MarkAsync()).ShouldBe("left mark");
        (await rightPage.MarkAsync()).ShouldBe("right mark");
        var socket = rightPage.Sockets.ShouldHaveSingleItem();

        // 3. One is killed and comes back elsewhere: its page finds it by itself.
        await left.Kill9Async();
        var again = site.Start("left", ports[2]);
        await site.ReadyAsync(again, Left);
        await leftPage.ShowsAsync("#port", $"{ports[2]}");
        await leftPage.ConnectedAsync($"{Left}:{home.HttpsPort}/");
        var routes = await home.Admin.RoutesAsync();
        routes.Select(route => $"{route.Host} {new Uri(route.Backends[0]).Port} {route.State}").Order()
            .ShouldBe([$"{Left} {ports[2]} live", $"{Right} {ports[1]} live"]);

        // 4. HMR works on the new one, and the other has lost neither its connection nor its state.
        await leftPage.MarkAsync("new left mark");
        site.SetText("third");
        await leftPage.ShowsAsync("#text", "third");
        await rightPage.ShowsAsync("#text", "third");
        (await leftPage.MarkAsync()).ShouldBe("new left mark");
        (await rightPage.MarkAsync()).ShouldBe("right mark");
        rightPage.Sockets.ShouldHaveSingleItem().ShouldBeSameAs(socket);
        socket.IsClosed.ShouldBeFalse();
        rightPage.Said.Where(text => text.StartsWith("error", StringComparison.Ordinal) || text.StartsWith("uncaught", StringComparison.Ordinal)).ShouldBeEmpty();
    }
}
