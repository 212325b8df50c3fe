using System.Net;
using System.Text;
using Signalbox.EndToEnd.Support;
using Signalbox.Model.Wire;

namespace Signalbox.EndToEnd.Certificates;

/// <summary>The promise: a claimed public name has a certificate, and nobody has to think about it.</summary>
public sealed class PublicNameTests
{
    [Fact]
    public async Task Name_Claimed_GetsACertificateAndKeepsItOverARestartWithoutTheCa()
    {
        await using var site = await PublicSite.StartAsync(null, "www.example.com");
        var daemon = await site.Home.UpAsync();
        await site.IssuedAsync();
        var root = await site.Pebble.RootAsync();
        using var first = await site.HandshakeAsync("www.example.com");
        first.MatchesHostname("www.example.com").ShouldBeTrue();
        (await site.Home.RunAsync("why", site.Home.Url("www.example.com"))).ShouldExit(0).Output.ShouldContain("issued, from Pebble Intermediate CA");
        (await daemon.StopAsync()).ShouldBe(0);
        await site.Pebble.StopAsync();

        await site.Home.UpAsync();
        using var again = await site.HandshakeAsync("www.example.com", root);
        again.SerialNumber.ShouldBe(first.SerialNumber);
        File.GetUnixFileMode(site.Home.Layout.PublicCertificate("www.example.com")).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite);
        Directory.EnumerateFiles(site.Home.Layout.OrderKeys).ShouldBeEmpty();
    }

    [Fact]
    public async Task Names_HundredAtOnceOfAMoodyCa_AreEachOrderedOnceAndTheListenerIsNeverTouched()
    {
        var names = Enumerable.Range(0, 100).Select(i => $"n{i}.example.com").ToArray();
        await using var site = await PublicSite.StartAsync(new PebbleOptions { NonceReject = 15, ValidationSleep = 2 }, names);
        await site.Home.UpAsync();
        var before = Inodes(site.Home.HttpPort);
        before.ShouldNotBeEmpty();
        await site.IssuedAsync();
        Inodes(site.Home.HttpPort).ShouldBe(before, ignoreOrder: true);
        site.Orders.ShouldBe(100);
        using var one = await site.HandshakeAsync("n42.example.com");
        one.MatchesHostname("n42.example.com").ShouldBeTrue();
        one.MatchesHostname("n41.example.com").ShouldBeFalse();
    }

    [Fact]
    public async Task Renewal_WithAConnectionOpen_IsShownToNewOnesAndLeavesTheOpenOne()
    {
        await using var site = await PublicSite.StartAsync(null, "www.example.com");
        await site.Home.UpAsync();
        await site.IssuedAsync();
        await using var open = await site.OpenAsync("www.example.com");
        using var first = await site.HandshakeAsync("www.example.com");

        var renewed = (await site.Home.RunAsync("cert", "renew", "www.example.com", "--json")).ShouldExit(0).Json(SignalboxJson.Default.CertificateReport);
        renewed.State.ShouldBe(CertificateStates.Issued);
        using var second = await site.HandshakeAsync("www.example.com");
        second.SerialNumber.ShouldNotBe(first.SerialNumber);
        // The key is new each time.
        second.GetPublicKey().ShouldNotBe(first.GetPublicKey());
        await open.WriteAsync(Encoding.ASCII.GetBytes("GET / HTTP/1.1\r\nHost: www.example.com\r\nAccept: application/json\r\n\r\n"));
        var answer = new byte[12];
        await open.ReadExactlyAsync(answer);
        Encoding.ASCII.GetString(answer).ShouldBe("HTTP/1.1 503");
    }

    [Fact]
    public async Task NameWithoutACertificate_IsServedOverHttpAndNeverWithAnothersCertificate()
    {
        await using var site = await PublicSite.StartAsync(null, "www.example.com");
        site.Configure(names: ["www.example.com", "away.example.com"]);
        await site.Pebble.AddAddressAsync("away.example.com", "127.0.0.9");
        await site.Home.UpAsync();
        await site.IssuedAsync();
        await Wait.UntilAsync("the other name has failed", async () => (await site.ReportAsync("away.example.com")).State == CertificateStates.Failed);
        var report = await site.ReportAsync("away.example.com");
        report.Reason!.ShouldContain("pebble could not validate the name by http-01");
        report.NextStep!.ShouldContain("next try");
        await site.RefusesAsync("away.example.com");
        using var plain = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false });
        using var request = new HttpRequestMessage(HttpMethod.Get, $"http://127.0.0.1:{site.Home.HttpPort}/") { Headers = { Host = "away.example.com" } };
        using var answer = await plain.SendAsync(request);
        answer.StatusCode.ShouldBe(HttpStatusCode.ServiceUnavailable);
        (await site.Home.RunAsync("cert", "renew", "away.example.com")).ShouldExit(1);
    }

    [Fact]
    public async Task DamagedFile_OfOneName_IsOrderedAnewAndOthersAreUnhurt()
    {
        await using var site = await PublicSite.StartAsync(null, "a.example.com", "b.example.com");
        var daemon = await site.Home.UpAsync();
        await site.IssuedAsync();
        using var b = await site.HandshakeAsync("b.example.com");
        (await daemon.StopAsync()).ShouldBe(0);
        File.WriteAllText(site.Home.Layout.PublicCertificate("a.example.com"), "rubbish");
        await site.Home.UpAsync();

        // The file is read when the name is first asked for; that one asker gets none.
        await site.RefusesAsync("a.example.com");
        await Wait.UntilAsync("there is a new one", async () => (await site.ReportAsync("a.example.com")).State == CertificateStates.Issued);
        using var a = await site.HandshakeAsync("a.example.com");
        using var same = await site.HandshakeAsync("b.example.com");
        same.SerialNumber.ShouldBe(b.SerialNumber);
        site.Orders.ShouldBe(3);
    }

    [Fact]
    public async Task IssuerWithoutTerms_IsNotAskedAndSaysHow()
    {
        await using var site = await PublicSite.StartAsync(null, "www.example.com");
        File.WriteAllText(site.Home.Layout.ConfigFile, File.ReadAllText(site.Home.Layout.ConfigFile).Replace("termsAgreed: true", "termsAgreed: false"));
        await site.Home.UpAsync();
        await Wait.UntilAsync("the name is known and paused", async () => (await site.ReportAsync("www.example.com")).State == CertificateStates.Paused);
        var report = await site.ReportAsync("www.example.com");
        report.NextStep!.ShouldContain("termsAgreed: true");
        (await site.Home.RunAsync("cert", "renew", "www.example.com")).ShouldExit(1).Errors.ShouldContain("termsAgreed: true");
        site.Orders.ShouldBe(0);
        site.Pebble.Transcript.ShouldNotContain("sign-me-up");
    }

    [Fact]
    public async Task Directory_ThatCannotBeWritten_IsAProblemBeforeAnyOrder()
    {
        await using var site = await PublicSite.StartAsync(null, "www.example.com");
        // A file in the way of the directory stops root too, whom modes do not.
        Directory.CreateDirectory(site.Home.Layout.Certificates);
        File.WriteAllText(site.Home.Layout.PublicCertificates, "");
        await site.Home.UpAsync();
        await Wait.UntilAsync("the try has failed", async () => (await site.ReportAsync("www.example.com")).State == CertificateStates.Failed);
        (await site.ReportAsync("www.example.com")).Reason!.ShouldContain("cannot be written");
        site.Orders.ShouldBe(0);
        File.Delete(site.Home.Layout.PublicCertificates);
        (await site.Home.RunAsync("cert", "renew", "www.example.com")).ShouldExit(0);
        site.Orders.ShouldBe(1);
    }

    /// <summary>The listening sockets of a port, by the kernel's own number for each: another socket has another.</summary>
    private static List<string> Inodes(int port) =>
        [.. File.ReadLines("/proc/net/tcp").Concat(File.ReadLines("/proc/net/tcp6")).Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            .Where(fields => fields[1].EndsWith($":{port:X4}", StringComparison.Ordinal) && fields[3] == "0A").Select(fields => fields[9])];
}
