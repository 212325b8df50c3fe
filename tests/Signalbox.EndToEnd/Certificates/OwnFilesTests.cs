using System.Net;
using Signalbox.EndToEnd.Support;

namespace Signalbox.EndToEnd.Certificates;

/// <summary>A certificate that somebody has, in files that the config names.</summary>
public sealed class OwnFilesTests
{
    [Fact]
    public async Task Files_Replaced_AreShownToNewHandshakesAndOpenConnectionsGoOn()
    {
        await using var site = new OwnSite();
        var first = site.Write("www", "www.example.com");
        site.Configure(("www.example.com", "{ cert: www.pem, key: www.key }"));
        await site.Home.UpAsync();
        await site.ShowsAsync("www.example.com", first);
        await using var open = await site.OpenAsync("www.example.com");

        // First the certificate, then the key, and between the two a handshake.
        var second = site.Ca.Issue("www.example.com");
        File.WriteAllText(site.PathOf("www.pem"), second.Certificate + site.Ca.IntermediatePem);
        (await site.SerialAsync("www.example.com")).ShouldBe(first.Serial);
        File.WriteAllText(site.PathOf("www.key"), second.Key);
        await site.ShowsAsync("www.example.com", second);
        (await OwnSite.AskAsync(open, "www.example.com")).ShouldBe("HTTP/1.1 503");
        (await site.ReportAsync("www.example.com")).Reason!.ShouldStartWith("The chain ends at “Own Intermediate”");
    }

    [Fact]
    public async Task Files_ReplacedByBadOnes_KeepTheLastGoodAndSayWhy()
    {
        await using var site = new OwnSite();
        var first = site.Write("www", "www.example.com");
        site.Configure(("www.example.com", "{ cert: www.pem, key: www.key }"));
        await site.Home.UpAsync();
        await site.ShowsAsync("www.example.com", first);
        File.WriteAllText(site.PathOf("www.key"), site.Ca.Issue("www.example.com").Key);
        await Wait.UntilAsync("the refusal is told", async () => (await site.ReportAsync("www.example.com")).Reason!.Contains("What was given last is not used", StringComparison.Ordinal));
        var report = await site.ReportAsync("www.example.com");
        report.State.ShouldBe("valid");
        report.Reason!.ShouldContain("does not belong to the certificate for www.example.com");
        (await site.SerialAsync("www.example.com")).ShouldBe(first.Serial);
        (await site.Home.RunAsync("certs")).ShouldExit(0).Output.ShouldContain("does not belong");
        (await site.Home.Admin.StatusAsync()).Problems.ShouldHaveSingleItem().Subject.ShouldBe(site.PathOf("www.key"));
    }

    [Fact]
    public async Task Files_RefusedAtTheStart_LeaveTheNameOnHttpAndNobodyElsesCertificateIsShown()
    {
        // The local authority could sign for this name, and does not: its owner said which certificate it is to have.
        await using var site = new OwnSite();
        var leaf = site.Write("foo", "foo.test");
        File.WriteAllText(site.PathOf("foo.pem"), leaf.Certificate);
        site.Configure(("foo.test", "{ cert: foo.pem, key: foo.key }"), ("bar.test", "auto"));
        await site.Home.UpAsync();
        await Wait.UntilAsync("the route is there", async () => (await site.Home.Admin.RoutesAsync()).Length == 2);
        var report = await site.ReportAsync("foo.test");
        report.State.ShouldBe("failed");
        report.Reason!.ShouldContain("The chain is not whole: foo.test was signed by Own Intermediate");
        (await site.SerialAsync("foo.test")).ShouldBeNull();
        using var client = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false });
        using var request = new HttpRequestMessage(HttpMethod.Get, $"http://127.0.0.1:{site.Home.HttpPort}/") { Headers = { Host = "foo.test" } };
        using (var answer = await client.SendAsync(request)) answer.StatusCode.ShouldBe(HttpStatusCode.ServiceUnavailable);
        (await site.Home.RunAsync("why", "https://foo.test/")).Output.ShouldContain("The chain is not whole");

        // Mended, it is taken up by itself, and http is sent to https.
        site.WriteAs("foo", leaf);
        await site.ShowsAsync("foo.test", leaf);
        using var again = new HttpRequestMessage(HttpMethod.Get, $"http://127.0.0.1:{site.Home.HttpPort}/") { Headers = { Host = "foo.test" } };
        using (var answer = await client.SendAsync(again)) answer.StatusCode.ShouldBe(HttpStatusCode.PermanentRedirect);
    }

    [Fact]
    public async Task Config_ChangedWhileItRuns_IsFollowedAndAWrongOneKeepsTheLastAlsoOverARestart()
    {
        await using var site = new OwnSite();
        var (one, two) = (site.Write("one", "www.example.com"), site.Write("two", "www.example.com"));
        site.Configure(("www.example.com", "auto"));
        var daemon = await site.Home.UpAsync();
        (await site.SerialAsync("www.example.com")).ShouldBeNull();
        site.Configure(("www.example.com", "{ cert: one.pem, key: one.key }"));
        await site.ShowsAsync("www.example.com", one);
        site.Configure(("www.example.com", "{ cert: two.pem, key: two.key }"));
        await site.ShowsAsync("www.example.com", two);
        File.AppendAllText(site.Home.Layout.ConfigFile, "nonsense: true\n");
        await Wait.UntilAsync("the mistake is told", async () => (await site.Home.Admin.StatusAsync()).Problems.Length > 0);
        (await site.SerialAsync("www.example.com")).ShouldBe(two.Serial);
        (await daemon.StopAsync()).ShouldBe(0);

        // The ports stand in the file that cannot be read.
        await site.Home.UpAsync("--http", $"{site.Home.HttpPort}", "--https", $"{site.Home.HttpsPort}");
        await site.ShowsAsync("www.example.com", two);
    }

    /// <summary>A link was left out where the daemon's system trusts the certificate it leads to by another way, and clients that know only the root of this way refused the name.</summary>
    [Fact]
    public async Task Chain_LongerThanThisSystemNeeds_IsShownWhole()
    {
        await using var site = new OwnSite();
        var leaf = site.Write("www", "www.example.com");
        var (oldRoot, crossSigned) = site.Ca.CrossSign();
        using var old = oldRoot;
        File.AppendAllText(site.PathOf("www.pem"), crossSigned);
        File.WriteAllText(site.PathOf("trusted.pem"), site.Ca.RootPem);
        site.Configure(("www.example.com", "{ cert: www.pem, key: www.key }"));

        // Where the system's roots are, for OpenSSL and so for the framework.
        await new Daemon(site.Home, site.Home.Start(Product.Program, ["up"], more: new Dictionary<string, string?> { ["SSL_CERT_FILE"] = site.PathOf("trusted.pem") })).AnswersAsync();
        await site.ShowsAsync("www.example.com", leaf);
        await using var tls = await TlsClient.OpenAsync(site.Home.HttpsPort, "www.example.com", old);
        tls.IsAuthenticated.ShouldBeTrue();
    }
}
