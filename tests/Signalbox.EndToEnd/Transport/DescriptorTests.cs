using System.Diagnostics;
using Signalbox.EndToEnd.Support;
using Signalbox.Model;

namespace Signalbox.EndToEnd.Transport;

/// <summary>A daemon that may open no more files goes on serving those who are there, says what is wrong, and takes the others once it can.</summary>
[Collection(Heavy.Name)]
public sealed class DescriptorTests
{
    /// <summary>Descriptors left to the daemon when the test begins.</summary>
    private const int Spare = 40;

    /// <summary>Long enough to tell work from waiting.</summary>
    private static readonly TimeSpan Observed = TimeSpan.FromSeconds(3);

    [Fact]
    public async Task Connections_MoreThanTheLimit_WaitWithoutHarmAndAreServedOnceOthersEnd()
    {
        await using var site = await PlainSite.StartAsync("transport: epoll\neventLoops: 1\n");
        using var first = await site.ConnectAsync();
        // The connection with the backend that all of the following go over, and the one with the admin socket, are opened by now.
        (await first.GetAsync(PlainSite.Name)).ShouldBe("ok 0");
        (await RefusedAsync(site)).ShouldBeFalse();
        Limits.SetDescriptors(site.Daemon.Id, Limits.HighestDescriptor(site.Daemon.Id) + Spare);

        var connections = new List<RawConnection>();
        while (!await RefusedAsync(site))
        {
            var next = await site.ConnectAsync();
            connections.Add(next);
            await next.SendAsync(RawConnection.Request(PlainSite.Name));
            await Wait.UntilAsync("it is answered, or refused", async () => next.HasSomething || await RefusedAsync(site));
        }

        // More than the files that the daemon itself opens and closes now and then make room for.
        for (var i = 0; i < Spare; i++)
        {
            connections.Add(await site.ConnectAsync());
            await connections[^1].SendAsync(RawConnection.Request(PlainSite.Name));
        }

        connections.Count.ShouldBeLessThan(20 * Spare);
        (await first.GetAsync(PlainSite.Name)).ShouldBe("ok 0");
        (await connections[0].ReadAnswerAsync()).ShouldBe("ok 0");
        (await connections[0].GetAsync(PlainSite.Name)).ShouldBe("ok 0");

        // A listener that is asked again and again whether there is somebody would use a whole processor.
        var (before, watch) = (Limits.ProcessorTime(site.Daemon.Id), Stopwatch.StartNew());
        await Wait.UntilAsync("it has been observed for a while", () => watch.Elapsed > Observed);
        (Limits.ProcessorTime(site.Daemon.Id) - before).ShouldBeLessThan(watch.Elapsed / 2);
        var served = connections.Where((one, index) => index == 0 || one.HasSomething).ToList();
        var waiting = connections.Except(served).ToList();
        waiting.Count.ShouldBeGreaterThan(0);
        (await RefusedAsync(site)).ShouldBeTrue();

        served.ForEach(one => one.Dispose());
        foreach (var one in waiting) (await one.ReadAnswerAsync()).ShouldBe("ok 0");
        await Wait.UntilAsync("nothing is refused any more", async () => !await RefusedAsync(site));
        waiting.ForEach(one => one.Dispose());
    }

    /// <summary>
    /// A flood from the beginning, under a limit that was set before the daemon started: what is kept back (an eighth) is enough for everything that is not
    /// accepting, also for what the daemon does for the first time, which makes the runtime open the files of its code.
    /// </summary>
    [Fact]
    public async Task Flood_OfConnections_LeavesTheDaemonWorkingAndNoDescriptorBehind()
    {
        const int limit = 400;
        await using var home = new Home("transport: epoll\n");
        using var first = new RawBackend();
        using var second = new RawBackend();
        var process = home.Start("sh", ["-c", $"ulimit -n {limit}; exec \"$0\" up", Product.Program]);
        var daemon = new Daemon(home, process);
        await daemon.AnswersAsync();
        await PlainSite.AddAsync(home, first.Target);
        using var early = await RawConnection.ConnectAsync(home.HttpPort);
        (await early.GetAsync(PlainSite.Name)).ShouldBe("ok 0");
        var before = Limits.Descriptors(daemon.Id);

        var flood = new List<RawConnection>();
        for (var i = 0; i < 2 * limit; i++) flood.Add(await RawConnection.ConnectAsync(home.HttpPort));
        await Wait.UntilAsync("accepting has paused", () => RefusedAsync(home));
        Limits.Descriptors(daemon.Id).ShouldBeLessThan(limit);
        await process.LineAsync("that it has", line => line.Contains("No more connections can be accepted", StringComparison.Ordinal));

        // Commands, each of which runs code of the daemon's that has not run before.
        (await home.RunAsync("status")).ShouldExit(0).Errors.ShouldContain("No more connections can be accepted");
        (await home.RunAsync("why", PlainSite.Name)).ShouldExit(0);
        (await home.RunAsync("check")).ShouldExit(0);
        (await home.RunAsync("history")).ShouldExit(0);
        // The config is read anew; its route leads to a backend that has no connection yet. Whoever is connected is served, there too, and with a body or a tunnel.
        home.WriteConfig($"transport: epoll\nroutes:\n  - {{ host: second.localhost, to: \"{second.Target}\", tls: off }}\n");
        await Wait.UntilAsync("the route is there", async () => (await home.Admin.RoutesAsync()).Any(route => route.Host == "second.localhost"));
        (await early.GetAsync("second.localhost")).ShouldBe("ok 0");
        await early.SendAsync(RawConnection.Request(PlainSite.Name, method: "POST", fields: "Content-Length: 5\r\n") + "hello");
        (await early.ReadAnswerAsync()).ShouldBe("ok 5");
        await early.SendAsync(RawConnection.Request(PlainSite.Name, "/echo", fields: "Connection: Upgrade\r\nUpgrade: echo\r\n"));
        (await early.ReadToAsync("\r\n\r\n")).ShouldStartWith("HTTP/1.1 101 ");
        await early.SendAsync("abc");
        (await early.ReadAsync(3)).ShouldBe("yes");

        flood.ForEach(one => one.Dispose());
        await Wait.UntilAsync("nothing is refused any more", async () => !await RefusedAsync(home));
        await process.LineAsync("that it accepts again", line => line.Contains("New connections are accepted again", StringComparison.Ordinal));
        using var late = await RawConnection.ConnectAsync(home.HttpPort);
        (await late.GetAsync(PlainSite.Name)).ShouldBe("ok 0");
        await Wait.UntilAsync(
            "the descriptors of the flood are given back", () => Limits.Descriptors(daemon.Id) <= before + Spare, () => $"{before} before, {Limits.Descriptors(daemon.Id)} now");
    }

    private static Task<bool> RefusedAsync(PlainSite site) => RefusedAsync(site.Home);

    private static async Task<bool> RefusedAsync(Home home) => (await home.Admin.StatusAsync()).Problems.Any(problem => problem.Type == ProblemType.ConnectionsRefused);
}
