using System.Net;
using Signalbox.EndToEnd.Support;

namespace Signalbox.EndToEnd.Transport;

/// <summary>Ports are one daemon's alone, although its loops share them; and both versions of IP lead to it.</summary>
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
            // Several, so that each loop's listener has one.
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
    public async Task SecondDaemon_OnTheSamePorts_FailsNamingTheFirst(string bind)
    {
        await using var site = await PlainSite.StartAsync("eventLoops: 2\n", "--bind", bind);
        await using var other = new Home("eventLoops: 2\n");
        var result = await other.RunAsync("up", "--bind", bind, "--http", $"{site.Home.HttpPort}", "--https", $"{site.Home.HttpsPort}");
        result.ShouldExit(1).Errors.ShouldContain($"{site.Home.HttpPort}");
        result.Errors.ShouldContain($"pid {site.Daemon.Id}");
        using var client = await site.ConnectAsync();
        (await client.GetAsync(PlainSite.Name)).ShouldBe("ok 0");
    }
}
