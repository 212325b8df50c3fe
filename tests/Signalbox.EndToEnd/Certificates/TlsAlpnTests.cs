using System.Security.Cryptography.X509Certificates;
using Signalbox.EndToEnd.Support;
using Signalbox.Model.Wire;

namespace Signalbox.EndToEnd.Certificates;

/// <summary>tls-alpn-01 by the https listener that serves everybody else meanwhile.</summary>
public sealed class TlsAlpnTests
{
    [Fact]
    public async Task Names_ShownByTlsAlpn_DisturbNobodyOnThePort()
    {
        await using var site = await PublicSite.StartAsync(new PebbleOptions { ValidationSleep = 2 }, "www.example.com");
        site.Configure("challenges: [tls-alpn-01]");
        await using var backend = await EchoBackend.StartAsync("shop", site.BackendPort);
        await site.Home.UpAsync();
        await site.IssuedAsync();
        site.Pebble.Transcript.ShouldNotContain("Attempting to validate w/ HTTP");
        var root = await site.Pebble.RootAsync();
        var opened = 0;
        using var open = new HttpClient(new SocketsHttpHandler
        {
            ConnectCallback = async (_, _) =>
            {
                opened++;
                return await site.OpenAsync("www.example.com", root);
            },
        });
        using var first = await site.HandshakeAsync("www.example.com", root);

        // 1. Ten more names are shown on the same port. 2. Meanwhile the open connection is served, and new ones get the certificate they ask for.
        var names = Enumerable.Range(0, 10).Select(i => $"n{i}.example.com").ToArray();
        site.Configure("challenges: [tls-alpn-01]", ["www.example.com", .. names]);
        var served = 0;
        await Wait.UntilAsync("all names have their certificates", async () =>
        {
            // In clear into a stream that is encrypted already.
            (await open.GetStringAsync("http://www.example.com/")).ShouldBe("shop");
            using var again = await site.HandshakeAsync("www.example.com", root);
            again.SerialNumber.ShouldBe(first.SerialNumber);
            served++;
            return (await site.ReportsAsync()).Count(report => report.State == CertificateStates.Issued && names.Contains(report.Name)) == names.Length;
        }, () => site.Pebble.Transcript);
        served.ShouldBeGreaterThan(1);
        opened.ShouldBe(1);
        using var one = await site.HandshakeAsync("n7.example.com", root);
        one.MatchesHostname("n7.example.com").ShouldBeTrue();
        site.Orders.ShouldBe(11);
    }

    /// <summary>http-01 cannot work, as nothing of ours is where the CA asks; tls-alpn-01 does, and a renewal asks for nothing else.</summary>
    [Fact]
    public async Task Name_WhoseHttpFails_IsShownByTlsAlpnAndRenewedByThatAtOnce()
    {
        await using var site = await PublicSite.StartAsync(new PebbleOptions { HttpPort = PortPool.Take() }, "www.example.com");
        await site.Home.UpAsync();
        await Wait.UntilAsync("the first try has failed", async () => (await site.ReportAsync("www.example.com")).State == CertificateStates.Failed, () => site.Pebble.Transcript);
        (await site.ReportAsync("www.example.com")).Reason!.ShouldContain("http-01");
        (await site.Home.RunAsync("cert", "renew", "www.example.com")).ShouldExit(0);
        var asked = AskedByHttp(site);
        asked.ShouldBeGreaterThan(0);
        (await site.Home.RunAsync("cert", "renew", "www.example.com")).ShouldExit(0);
        AskedByHttp(site).ShouldBe(asked);
        site.Orders.ShouldBe(3);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public async Task PreferredChain_OfACaWithSeveralRoots_IsTheOneShown(int number)
    {
        await using var site = await PublicSite.StartAsync(new PebbleOptions { AlternateRoots = 2 }, "www.example.com");
        using var root = await site.Pebble.RootAsync(number);
        site.Configure($"preferredChain: \"{root.GetNameInfo(X509NameType.SimpleName, false)}\"");
        await site.Home.UpAsync();
        await site.IssuedAsync();
        using var certificate = await site.HandshakeAsync("www.example.com", root);
        certificate.MatchesHostname("www.example.com").ShouldBeTrue();
    }

    private static int AskedByHttp(PublicSite site) => site.Pebble.Transcript.Split('\n').Count(line => line.Contains("Attempting to validate w/ HTTP", StringComparison.Ordinal));
}
