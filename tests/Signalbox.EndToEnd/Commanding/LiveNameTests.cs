using Signalbox.EndToEnd.Support;
using Signalbox.Model.Wire;

namespace Signalbox.EndToEnd.Commanding;

/// <summary>A live name as other programs see it, and as the commands tell it.</summary>
public sealed class LiveNameTests
{
    [Fact]
    public async Task Name_AskedByCurlWithTheRootCertificate_IsServed()
    {
        await using var home = new Home();
        await using var backend = await EchoBackend.StartAsync("page");
        await home.UpAsync();
        (await home.RunAsync("route", "add", "page.localhost", backend.Target)).ShouldExit(0).Output.ShouldContain(home.Url("page.localhost", ""));
        var curl = home.Start("curl", ["--silent", "--show-error", "--cacert", home.Layout.RootCertificate, home.Url("page.localhost")]);
        (await curl.ExitAsync()).ShouldBe(0, curl.Transcript);
        curl.Output.ShouldHaveSingleItem().ShouldBe("page");
        var without = home.Start("curl", ["--silent", home.Url("page.localhost")]);
        (await without.ExitAsync()).ShouldBe(60, "curl's exit code for a certificate it does not trust");
    }

    [Fact]
    public async Task Name_AskedOverHttp_IsSentToHttpsAndKeepsThePath()
    {
        await using var home = new Home();
        await using var backend = await EchoBackend.StartAsync("page");
        await home.UpAsync();
        await home.Admin.AddAsync("page.localhost", backend.Target);
        using var client = home.Client();
        using var response = await client.GetAsync($"http://page.localhost:{home.HttpPort}/a/b?c=d");
        ((int)response.StatusCode).ShouldBe(308);
        response.Headers.Location?.OriginalString.ShouldBe(home.Url("page.localhost", "/a/b?c=d"));
    }

    [Fact]
    public async Task Commands_OnRealState_TellWhatIs()
    {
        await using var home = new Home();
        await using var backend = await EchoBackend.StartAsync("page");
        await home.UpAsync();
        (await home.RunAsync("route", "add", "page.localhost", backend.Target)).ShouldExit(0);
        (await home.RunAsync("route", "add", "away.localhost", $"http://127.0.0.1:{PortPool.Take()}")).ShouldExit(0);
        // On a busy machine a command may return before the proof: it says so, and is done.
        await home.Admin.UntilAsync(("away.localhost", RouteStates.BackendDown), ("page.localhost", RouteStates.Live));

        var routes = (await home.RunAsync("routes", "--json")).ShouldExit(0).Json(SignalboxJson.Default.RouteReportArray);
        routes.Select(route => (route.Host, route.State)).Order().ShouldBe([("away.localhost", RouteStates.BackendDown), ("page.localhost", RouteStates.Live)]);
        routes.ShouldAllBe(route => route.Url == home.Url(route.Host, "") || route.Url == home.Url(route.Host));
        (await home.RunAsync("routes")).ShouldExit(0).Output.ShouldContain("page.localhost");

        var status = (await home.RunAsync("status", "--json")).ShouldExit(0).Json(SignalboxJson.Default.StatusReport);
        (status.Routes.Live, status.Routes.BackendDown).ShouldBe((1, 1));
        status.Listeners.Select(listener => listener.Port).Distinct().Order().ShouldBe(new[] { home.HttpPort, home.HttpsPort }.Order());

        var why = (await home.RunAsync("why", home.Url("page.localhost", "/x"), "--json")).ShouldExit(0).Json(SignalboxJson.Default.WhyReport);
        why.Verdict.ShouldBe(RouteStates.Live);
        why.Route?.Host.ShouldBe("page.localhost");
        (await home.RunAsync("why", "away.localhost")).ShouldExit(0).Output.ShouldContain("backend-down");
        var unknown = (await home.RunAsync("why", "pgae.localhost")).ShouldExit(0);
        unknown.Output.ShouldContain("no-route");
        unknown.Output.ShouldContain("page.localhost");

        var history = (await home.RunAsync("history", "--json")).ShouldExit(0).Json(SignalboxJson.Default.HistoryEntryArray);
        history.Select(entry => entry.Change).ShouldBe(["put", "put"]);
        (await home.RunAsync("certs")).ShouldExit(0).Output.ShouldContain("page.localhost");
        (await home.RunAsync("check", "--json")).ShouldExit(0).Json(SignalboxJson.Default.CheckReport).Ok.ShouldBeTrue();

        (await home.RunAsync("route", "rm", "away.localhost")).ShouldExit(0);
        (await home.RunAsync("route", "rm", "away.localhost")).ShouldExit(1).Errors.ShouldContain("away.localhost");
        (await home.Admin.RoutesAsync()).ShouldHaveSingleItem().Host.ShouldBe("page.localhost");
    }

    [Fact]
    public async Task Down_ThenUpDetached_ServesTheLastingRoutesAgain()
    {
        await using var home = new Home();
        await using var backend = await EchoBackend.StartAsync("page");
        var daemon = await home.UpAsync();
        await home.Admin.AddAsync("page.localhost", backend.Target);
        (await home.RunAsync("down")).ShouldExit(0);
        (await daemon.Process.ExitAsync()).ShouldBe(0, daemon.Process.Transcript);
        (await home.RunAsync("down")).ShouldExit(3);
        (await home.RunAsync("up", "--detach")).ShouldExit(0);
        (await home.RunAsync("status")).ShouldExit(0);
        using var client = home.Client();
        (await client.TextAsync("page.localhost")).ShouldBe("page");
        (await home.RunAsync("up", "--detach")).ShouldExit(0);
        await home.OneDaemonAsync();
    }

    [Fact]
    public async Task ConfigFile_EditedWhileServing_IsPickedUpAndABadEditHarmsNothing()
    {
        await using var backend = await EchoBackend.StartAsync("page");
        await using var home = new Home();
        home.WriteConfig($"routes:\n  - {{ host: one.localhost, to: \"{backend.Target}\" }}\n");
        await home.UpAsync();
        using var client = home.Client();
        await client.AnswersAsync("one.localhost", "page");
        home.WriteConfig($"routes:\n  - {{ host: two.localhost, to: \"{backend.Target}\" }}\n");
        await client.AnswersAsync("two.localhost", "page");
        home.WriteConfig("routes:\n  - { hots: three.localhost }\n");
        await Wait.UntilAsync("the bad edit is told", async () => (await home.Admin.StatusAsync()).Problems.Any(problem => problem.ToString().Contains("hots", StringComparison.Ordinal)));
        (await client.TextAsync("two.localhost")).ShouldBe("page");
        home.WriteConfig("");
        await Wait.UntilAsync("the routes are gone and the problem too", async () => (await home.Admin.RoutesAsync()).Length == 0 && (await home.Admin.StatusAsync()).Problems.Length == 0);
    }
}
