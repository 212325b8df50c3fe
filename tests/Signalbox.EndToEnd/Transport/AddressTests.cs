using System.Net;
using Signalbox.EndToEnd.Support;

namespace Signalbox.EndToEnd.Transport;

/// <summary>Ports are one daemon's alone, however many loops it has; and both versions of IP lead to it.</summary>
public sealed class AddressTests
{
    [Theory]
    [InlineData("loopback")]
    [InlineData("any")]
    public async Task BothVersionsOfIp_LeadToTheRouter(string bind)
    {
        await using var site = await PlainSite.StartAsync("eventLoops: 2\n", "--bind", bind);
        foreach (var address in new[] { IPAddress.Loopback, IPAddress.IPv6Loopback })
        {
            // Several, so that each loop has some.
            for (var i = 0; i < 8; i++)
            {
                using var client = await site.ConnectAsync(address);
                (await client.GetAsync(PlainSite.Name)).ShouldBe("ok 0");
            }
        }
    }

    [Theory]
    [InlineData("loopback")]
    [InlineData("any")]
    public async Task SecondDaemon_OnTheSamePorts_NamesTheFirstAndTakesOverWhenThatEnds(string bind)
    {
        await using var site = await PlainSite.StartAsync("eventLoops: 2\n", "--bind", bind);
        await using var other = new Home("eventLoops: 2\n");
        await other.UpAsync("--bind", bind, "--http", $"{site.Home.HttpPort}", "--https", $"{site.Home.HttpsPort}");
        var status = await other.Admin.StatusAsync();
        status.Listeners.ShouldBeEmpty();
        status.Waiting.Length.ShouldBe(4);
        foreach (var waiting in status.Waiting) waiting.Problem!.Text.ShouldContain($"pid {site.Daemon.Id}");
        using (var client = await site.ConnectAsync()) (await client.GetAsync(PlainSite.Name)).ShouldBe("ok 0");

        await PlainSite.AddAsync(other, site.Backend.Target);
        (await site.Daemon.StopAsync()).ShouldBe(0);
        await Wait.UntilAsync("the second has all the ports", async () => (await other.Admin.StatusAsync()).Listeners.Length == 4);
        using var again = await site.ConnectAsync();
        (await again.GetAsync(PlainSite.Name)).ShouldBe("ok 0");
    }
}
