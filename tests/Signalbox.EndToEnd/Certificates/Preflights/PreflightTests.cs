using Signalbox.EndToEnd.Support;
using Signalbox.Model.Wire;

namespace Signalbox.EndToEnd.Certificates.Preflights;

/// <summary>Names are looked at before their first order, by the daemon itself on the ports that CAs ask at, with a name server on the port that zones are asked at.</summary>
public sealed class PreflightTests
{
    private const string Bind = "127.0.0.1";

    [Fact]
    public async Task Name_ThatLeadsHere_IsIssuedAndTellsWhatWasFound()
    {
        await using var site = await PreflightSite.StartAsync();
        site.Configure(Bind, PreflightSite.Name);
        await site.UpAsync();
        var report = await site.ComesToAsync(PreflightSite.Name, CertificateStates.Issued);
        Found(report).ShouldBe(["dns ok", "reach ok", "caa ok"]);
        report.Evidence![0].Detail.ShouldStartWith("www.example.com A is 127.0.0.1. www.example.com has no AAAA record. Asked: ns1.example.test (127.0.0.1). (");
        report.Evidence[1].Detail.ShouldStartWith("127.0.0.1 port 80 is this daemon (");
        report.Evidence[2].Detail.ShouldStartWith("example.com CAA 0 issue \"pebble.test\" allows it. Asked: ns1.example.test (127.0.0.1). (");
        using var shown = await site.HandshakeAsync(PreflightSite.Name);
        shown.MatchesHostname(PreflightSite.Name).ShouldBeTrue();
        site.Orders.ShouldBe(1);
    }

    [Fact]
    public async Task Names_ThatCannotWork_CostNoOrderUntilTheyCan()
    {
        const string barred = "barred.example.com", away = "away.example.com", nowhere = "nowhere.example.com";
        await using var site = await PreflightSite.StartAsync();
        site.Configure(Bind, barred, away, nowhere);
        await site.UpAsync();

        var report = await site.ComesToAsync(barred, CertificateStates.Failed);
        Found(report).ShouldBe(["dns ok", "reach ok", "caa failed"]);
        report.Reason!.ShouldContain("The name's CAA records do not let pebble sign for it: barred.example.com CAA 0 issue \"other.test\".");
        report.Reason!.ShouldContain("Add a record: barred.example.com CAA 0 issue \"pebble.test\".");
        report.NextStep!.ShouldStartWith("The next try is at ");

        report = await site.ComesToAsync(away, CertificateStates.Failed);
        Found(report).ShouldBe(["dns ok", "reach failed", "tls failed", "caa ok"]);
        report.Reason!.ShouldStartWith("The name leads to another server: 127.0.0.9 port 80 answered 404 (nginx");
        report.Reason.ShouldContain(", and is not this daemon. Let away.example.com lead to this machine, and port 80 there to signalbox.");
        report.NextStep!.ShouldStartWith("The next try is at ");

        report = await site.ComesToAsync(nowhere, CertificateStates.Failed);
        Found(report).ShouldBe(["dns failed", "caa ok"]);
        report.Reason!.ShouldStartWith("The name leads nowhere: nowhere.example.com does not exist (NXDOMAIN).");
        site.Orders.ShouldBe(0, site.Pebble.Transcript);
        site.Pebble.Transcript.ShouldNotContain("sign-me-up");

        await site.Bind.UpdateAsync("update delete barred.example.com CAA", "update delete away.example.com A", "update add away.example.com 60 A 127.0.0.1", "update add nowhere.example.com 60 A 127.0.0.1");
        foreach (var name in new[] { barred, away, nowhere })
        {
            (await site.Home.RunAsync("cert", "renew", name)).ShouldExit(0);
            Found(await site.ComesToAsync(name, CertificateStates.Issued)).ShouldBe(["dns ok", "reach ok", "caa ok"]);
        }

        site.Orders.ShouldBe(3);
    }

    /// <summary>“Could not ask” and “failed” are different: what could not be asked never holds an order back.</summary>
    [Fact]
    public async Task Name_ThatNobodyCouldBeAskedOf_IsIssuedAllTheSame()
    {
        await using var site = await PreflightSite.StartAsync();
        site.Configure(PreflightSite.SilentResolver, PreflightSite.Name);
        await site.UpAsync();
        var report = await site.ComesToAsync(PreflightSite.Name, CertificateStates.Issued);
        Found(report).ShouldBe(["dns unknown", "caa unknown"]);
        report.Evidence!.ShouldAllBe(step => step.Detail.StartsWith($"The resolver {PreflightSite.SilentResolver} could not say which zone {PreflightSite.Name} is in: no answer within 7 s. (", StringComparison.Ordinal));
        using var shown = await site.HandshakeAsync(PreflightSite.Name);
        site.Orders.ShouldBe(1);
    }

    private static IEnumerable<string> Found(CertificateReport report) => report.Evidence!.Select(step => $"{step.Step} {step.Outcome}");
}
