using Signalbox.EndToEnd.Support;
using Signalbox.Model;
using Signalbox.Model.Wire;

namespace Signalbox.EndToEnd.Refusing;

/// <summary>A port that another program holds is told with that program's name, keeps nothing else from being served, and is taken once it is free.</summary>
public sealed class PortTests
{
    private const string Name = "app.localhost";

    [Fact]
    public async Task Up_HttpsPortHeldByAnotherProgram_ServesTheRestAndTakesThePortOnceItIsFree()
    {
        await using var home = new Home();
        using var backend = new RawBackend();
        var holder = await HoldAsync(home, home.HttpsPort);
        var daemon = await home.UpAsync();
        await daemon.Process.LineAsync("who holds the port", line => line.Contains($"Port {home.HttpsPort} on 127.0.0.1 is held by python3 (pid {holder.Id}).", StringComparison.Ordinal));

        // What could be bound is there, what could not is told with its holder, wherever one may look.
        var status = await home.Admin.StatusAsync();
        status.Listeners.ShouldContain(listener => listener.Port == home.HttpPort && listener.Address == "127.0.0.1");
        status.Waiting.ShouldHaveSingleItem().Problem!.Type.ShouldBe(ProblemType.PortInUse);
        var said = await home.RunAsync("status");
        said.ShouldExit(0).Errors.ShouldContain($"python3 (pid {holder.Id})");
        await PlainSite.AddAsync(home, backend.Target);
        using (var client = await RawConnection.ConnectAsync(home.HttpPort)) (await client.GetAsync(PlainSite.Name)).ShouldBe("ok 0");

        // A name whose URL leads to that port is not green, has the same URL all the same, and says why.
        var secure = await home.RunAsync("route", "add", Name, backend.Target, "--json");
        var report = secure.ShouldExit(0).Json(SignalboxJson.Default.RouteReportArray).ShouldHaveSingleItem();
        (report.State, report.Url).ShouldBe((RouteStates.Pending, home.Url(Name, "")));
        report.Problem!.Type.ShouldBe(ProblemType.PortInUse);
        (await home.RunAsync("why", home.Url(Name))).ShouldExit(0).Output.ShouldContain($"is held by python3 (pid {holder.Id})");

        await holder.Kill9Async();
        await Wait.UntilAsync("the name is live without anybody's doing", async () => (await home.Admin.RoutesAsync()).Single(route => route.Host == Name).State == RouteStates.Live, () => daemon.Process.Transcript);
        using var visitor = home.Client();
        await visitor.AnswersAsync(Name, "ok 0");
        (await home.Admin.StatusAsync()).Problems.ShouldBeEmpty();
        daemon.Process.Transcript.ShouldContain($"Listens on https 127.0.0.1:{home.HttpsPort} now.");
    }

    [Fact]
    public async Task Up_EveryPortHeld_SaysSoLoudlyAndServesOnceOneIsFree()
    {
        await using var home = new Home();
        var http = await HoldAsync(home, home.HttpPort);
        await HoldAsync(home, home.HttpsPort);
        var daemon = await home.UpAsync("--bind", "127.0.0.1");
        await daemon.Process.LineAsync("that it listens nowhere", line => line.Contains("listens nowhere yet", StringComparison.Ordinal));
        await http.Kill9Async();
        await Wait.UntilAsync("http is served", async () => (await home.Admin.StatusAsync()).Listeners.Any(listener => listener.Protocol == "http"), () => daemon.Process.Transcript);
    }

    [Fact]
    public async Task Detach_PortHeld_StaysUpAndWarnsOnStandardError()
    {
        await using var home = new Home();
        var holder = await HoldAsync(home, home.HttpsPort);
        var up = await home.RunAsync("up", "--detach");
        up.ShouldExit(0).Errors.ShouldContain($"Port {home.HttpsPort} on 127.0.0.1 is held by python3 (pid {holder.Id}).");
        up.Errors.ShouldContain("as soon as it is free");
        (await home.RunAsync("down")).ShouldExit(0);
    }

    [Fact]
    public async Task Dev_HttpsPortHeldByAnotherProgram_RunsTheCommandSaysWhyAndIsGreenOnceThePortIsFree()
    {
        await using var home = new Home();
        var holder = await HoldAsync(home, home.HttpsPort);
        var dev = DevServer.Start(home, "held");
        await dev.LineAsync("who holds the port", line => line.Contains($"is held by python3 (pid {holder.Id})", StringComparison.Ordinal));
        dev.Transcript.ShouldNotContain("proved");
        await holder.Kill9Async();
        await DevServer.ReadyAsync(home, dev, "held");
    }

    /// <summary>The listening socket is ended from outside, and another program has the port before it is noticed.</summary>
    [Fact]
    public async Task Port_LostInTheMiddle_IsToldWithItsTakerAndComesBackWithoutARestart()
    {
        await using var site = await PlainSite.StartAsync("", "--bind", "127.0.0.1");
        using var open = await site.ConnectAsync();
        (await open.GetAsync(PlainSite.Name)).ShouldBe("ok 0");
        var taker = await ForeignSocket.TakeAsync(site.Home, site.Daemon, site.Home.HttpPort);
        await Wait.UntilAsync("the daemon tells who has its port", async () =>
            (await site.Home.Admin.StatusAsync()).Problems.Any(problem => problem.Type == ProblemType.PortInUse && problem.Text.Contains($"(pid {taker.Id})", StringComparison.Ordinal)), () => site.Daemon.Process.Transcript);
        (await site.Home.Admin.RoutesAsync()).Single(route => route.Host == PlainSite.Name).State.ShouldBe(RouteStates.Pending);
        // Connections that were there, and the other port, go on.
        (await open.GetAsync(PlainSite.Name)).ShouldBe("ok 0");
        using (var secure = await RawConnection.ConnectAsync(site.Home.HttpsPort)) await (await site.HandshakeAsync(secure)).DisposeAsync();

        await taker.Kill9Async();
        await Wait.UntilAsync("the name is live again", async () => (await site.Home.Admin.RoutesAsync()).Single(route => route.Host == PlainSite.Name).State == RouteStates.Live, () => site.Daemon.Process.Transcript);
        using var again = await site.ConnectAsync();
        (await again.GetAsync(PlainSite.Name)).ShouldBe("ok 0");
    }

    [Theory]
    [InlineData("--http", "65536")]
    [InlineData("--https", "-1")]
    [InlineData("--https", "many")]
    public async Task Up_PortThatIsNone_ExitsWithUsage(string option, string port)
    {
        await using var home = new Home();
        (await home.RunAsync("up", option, port)).ShouldExit(2).Errors.ShouldContain(port);
    }

    private static async Task<ChildProcess> HoldAsync(Home home, int port)
    {
        var holder = home.Start(DevServer.Python, [Product.TestFile("dev-server.py"), $"{port}"]);
        await holder.LineAsync("that it listens", line => line.Contains("listening", StringComparison.Ordinal));
        return holder;
    }
}
