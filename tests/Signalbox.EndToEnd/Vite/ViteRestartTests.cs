using Signalbox.EndToEnd.Support;

namespace Signalbox.EndToEnd.Vite;

/// <summary>Vite restarts itself when its configuration is edited; the name goes on meanwhile.</summary>
[Collection(Heavy.Name)]
public sealed class ViteRestartTests
{
    private const string Host = "shop.main.localhost";

    [Fact]
    public async Task Requests_WhileViteRestarts_NeverFindTheNameGone()
    {
        await using var home = new Home();
        var site = await ViteSite.MakeAsync(home);
        var vite = site.Start(null, PortPool.Take());
        await site.ReadyAsync(vite, Host);
        using var client = home.Client();

        var config = await File.ReadAllTextAsync(Path.Combine(site.Root, "vite.config.js"), TestContext.Current.CancellationToken);
        site.Write("vite.config.js", config + "\n// edited\n");
        var restarted = vite.LineAsync("that it restarted", line => line.EndsWith("server restarted.", StringComparison.Ordinal));
        for (var after = 0; after < 5; after += restarted.IsCompleted ? 1 : 0)
        {
            // Vite cuts the requests it has in hand when it restarts, whoever they come from; all others wait for it.
            var answer = await client.TextAsync(Host, "/text.js");
            (answer.Contains("first", StringComparison.Ordinal) || answer.StartsWith("502 ", StringComparison.Ordinal)).ShouldBeTrue(answer);
        }

        await restarted;
        (await client.TextAsync(Host, "/text.js")).ShouldContain("first");
        await Wait.UntilAsync("one route is left, and it is live", async () => await home.Admin.RoutesAsync() is [{ Host: Host, State: Model.Wire.RouteStates.Live }]);
    }

    [Fact]
    public async Task Name_AfterTheDaemonWasKilled_ComesBackByItself()
    {
        await using var home = new Home();
        var site = await ViteSite.MakeAsync(home);
        var vite = site.Start(null, PortPool.Take());
        await site.ReadyAsync(vite, Host);
        var first = home.Daemons().ShouldHaveSingleItem();

        Signals.Send(first, Signals.Kill).ShouldBeTrue();
        using var client = home.Client();
        await Wait.UntilAsync("another daemon serves the name", async () => home.Daemons() is [var daemon] && daemon != first && (await client.TextAsync(Host, "/text.js")).Contains("first", StringComparison.Ordinal));
        await Wait.UntilAsync("the route is live", async () => await home.Admin.RoutesAsync() is [{ Host: Host, State: Model.Wire.RouteStates.Live }]);
        vite.HasExited.ShouldBeFalse();
    }
}
