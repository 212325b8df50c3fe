using System.Net.Sockets;
using Signalbox.EndToEnd.Support;

namespace Signalbox.EndToEnd.Transport;

/// <summary>A daemon that is asked to end takes nobody new, lets those under way end, and cuts what has no end.</summary>
public sealed class StopTests
{
    [Fact]
    public async Task Stop_RequestsUnderWay_NewOnesAreRefusedAndTheseEndWhole()
    {
        await using var site = await PlainSite.StartAsync();
        var under = new List<RawConnection>();
        for (var i = 0; i < 4; i++)
        {
            under.Add(await site.ConnectAsync());
            await under[i].SendAsync(RawConnection.Request(PlainSite.Name, "/held"));
        }

        await Wait.UntilAsync("all are under way", () => site.Backend.Held == under.Count);
        var stopped = site.Daemon.StopAsync();
        await Wait.UntilAsync("new ones are refused", () => RefusedAsync(site));
        site.Backend.Release();
        foreach (var one in under) (await one.ReadAnswerAsync()).ShouldBe("held");
        (await stopped).ShouldBe(0, site.Daemon.Process.Transcript);
        under.ForEach(one => one.Dispose());
    }

    [Fact]
    public async Task Stop_StreamsWithoutEnd_AreCutAndItEnds()
    {
        await using var site = await PlainSite.StartAsync();
        using var stream = await site.ConnectAsync();
        await stream.SendAsync(RawConnection.Request(PlainSite.Name, "/stream"));
        await stream.ReadToAsync("hello");
        using var tunnel = await site.ConnectAsync();
        await tunnel.SendAsync(RawConnection.Request(PlainSite.Name, "/echo", fields: "Connection: Upgrade\r\nUpgrade: echo\r\n"));
        await tunnel.ReadToAsync("\r\n\r\n");
        using var idle = await site.ConnectAsync();
        using var slow = await site.ConnectAsync();
        // More than sockets hold, and nobody reads it.
        for (var i = 0; i < 20; i++) await slow.SendAsync(RawConnection.Request(PlainSite.Name, "/big"));
        (await site.Daemon.StopAsync()).ShouldBe(0, site.Daemon.Process.Transcript);
        // No chunk of no length: it does not look whole.
        (await EndAsync(stream)).ShouldNotContain("0\r\n\r\n");
        await EndAsync(tunnel);
        await EndAsync(idle);
    }

    private static async Task<bool> RefusedAsync(PlainSite site)
    {
        try
        {
            using var late = await site.ConnectAsync();
            return false;
        }
        catch (SocketException e) when (e.SocketErrorCode == SocketError.ConnectionRefused)
        {
            return true;
        }
    }

    private static async Task<string> EndAsync(RawConnection connection)
    {
        try
        {
            return await connection.ReadToEndAsync();
        }
        catch (SocketException)
        {
            return "";
        }
    }
}
