using Signalbox.EndToEnd.Support;
using Signalbox.Model.Wire;
using Signalbox.Tests.Certificates.Own;

namespace Signalbox.EndToEnd.Certificates;

/// <summary><c>cert import</c> and <c>cert remove</c>.</summary>
public sealed class ImportTests
{
    [Fact]
    public async Task Import_AWildcard_IsShownForItsNamesOverARestartUntilItIsRemoved()
    {
        await using var site = new OwnSite();
        var leaf = site.Write("wild", "example.com", "*.example.com");
        site.Configure(("a.example.com", "auto"));
        var daemon = await site.Home.UpAsync();
        (await site.SerialAsync("a.example.com")).ShouldBeNull();
        var imported = (await site.Home.RunAsync("cert", "import", site.PathOf("wild.pem"), site.PathOf("wild.key"), "--json")).ShouldExit(0);
        imported.Json(SignalboxJson.Default.CertificateReportArray).Select(report => (report.Name, report.State)).ShouldBe([("*.example.com", "valid"), ("example.com", "valid")]);
        imported.Output.ShouldNotContain(leaf.Key.Split('\n')[1]);
        (await site.SerialAsync("a.example.com")).ShouldBe(leaf.Serial);

        // The home has a copy: the files may go.
        File.Delete(site.PathOf("wild.pem"));
        File.Delete(site.PathOf("wild.key"));
        (await daemon.StopAsync()).ShouldBe(0);
        await site.Home.UpAsync();
        await site.ShowsAsync("a.example.com", leaf);
        (await site.Home.RunAsync("certs")).ShouldExit(0).Output.ShouldContain("valid\t*.example.com\tOwn Intermediate");
        (await site.Home.RunAsync("why", "https://a.example.com/")).Output.ShouldContain("Own Intermediate");

        (await site.Home.RunAsync("cert", "renew", "a.example.com")).ShouldExit(2).Errors.ShouldContain("signalbox cert import");
        (await site.Home.RunAsync("cert", "remove", "a.example.com")).ShouldExit(1).Errors.ShouldContain("signalbox cert remove '*.example.com'");
        (await site.Home.RunAsync("cert", "remove", "*.example.com")).ShouldExit(0);
        (await site.SerialAsync("a.example.com")).ShouldBeNull();
        Directory.EnumerateFiles(site.Home.Layout.ImportedCertificates).ShouldBeEmpty();
    }

    [Fact]
    public async Task Import_BadFiles_AreRefusedByTheirPathsAndNothingChanges()
    {
        await using var site = new OwnSite();
        var good = site.Write("www", "www.example.com");
        site.Configure(("www.example.com", "auto"));
        await site.Home.UpAsync();
        (await site.Home.RunAsync("cert", "import", site.PathOf("www.pem"), site.PathOf("www.key"))).ShouldExit(0);
        site.WriteAs("ended", site.Ca.Issue(new LeafWish { To = TimeSpan.FromDays(-1) }, "www.example.com"));
        (await site.Home.RunAsync("cert", "import", site.PathOf("ended.pem"), site.PathOf("ended.key"))).ShouldExit(1).Errors.ShouldContain("ended.pem: The certificate for www.example.com ended on");
        (await site.Home.RunAsync("cert", "import", site.PathOf("www.pem"), site.PathOf("ended.key"))).ShouldExit(1).Errors.ShouldContain("ended.key: The private key does not belong");
        (await site.Home.RunAsync("cert", "import", site.PathOf("www.pem"))).ShouldExit(1).Errors.ShouldContain("There is no private key in it.");
        (await site.Home.RunAsync("cert", "import", site.PathOf("www.pem"), site.PathOf("www.key"), "--name", "a.example.com")).ShouldExit(1).Errors.ShouldContain("not for a.example.com");
        (await site.Home.RunAsync("cert", "import", site.PathOf("absent.pem"))).ShouldExit(1).Errors.ShouldContain("absent.pem");
        (await site.SerialAsync("www.example.com")).ShouldBe(good.Serial);
    }

    [Fact]
    public async Task Import_OfAPublicName_IsNotOrderedUntilItIsRemoved()
    {
        await using var site = await PublicSite.StartAsync(null, "www.example.com", "a.example.com");
        using var ca = new OwnCa();
        var leaf = ca.Issue("www.example.com");
        var (certificate, key) = (Path.Combine(site.Home.Work, "www.pem"), Path.Combine(site.Home.Work, "www.key"));
        File.WriteAllText(certificate, leaf.Certificate + ca.IntermediatePem);
        File.WriteAllText(key, leaf.Key);
        site.Configure(names: ["a.example.com"]);
        await site.Home.UpAsync();
        await Wait.UntilAsync("the other name has its certificate", async () => (await site.ReportsAsync()).Any(report => report is { Name: "a.example.com", State: CertificateStates.Issued }));
        (await site.Home.RunAsync("cert", "import", certificate, key)).ShouldExit(0);
        site.Configure(names: ["a.example.com", "www.example.com"]);
        await Wait.UntilAsync("the route is there", async () => (await site.Home.Admin.RoutesAsync()).Length == 2);
        (await site.HandshakeAsync("www.example.com", ca.Root)).SerialNumber.ShouldBe(leaf.Serial);
        site.Orders.ShouldBe(1);
        (await site.Home.RunAsync("cert", "remove", "www.example.com")).ShouldExit(0);
        await site.IssuedAsync();
        site.Orders.ShouldBe(2);
        using var issued = await site.HandshakeAsync("www.example.com");
        issued.SerialNumber.ShouldNotBe(leaf.Serial);
    }
}
