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

    private static async Task<bool> RefusedAsync(PlainSite site) => (await site.Home.Admin.StatusAsync()).Problems.Any(problem => problem.Type == ProblemType.ConnectionsRefused);
}
