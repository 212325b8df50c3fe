using Signalbox.EndToEnd.Support;
using Signalbox.Model.Wire;

namespace Signalbox.EndToEnd.Certificates;

/// <summary>Names whose CA comes in by a port that another program holds: they wait with that reason, and have their certificate once it is free.</summary>
public sealed class PortConflictTests
{
    private const string Name = "www.example.com";

    private const string ByHttp = "challenges: [http-01]";

    [Fact]
    public async Task PortTakenBeforeTheStart_HoldsOrdersBackAndLetsThemGoOnceItIsFree()
    {
        await using var site = await PublicSite.StartAsync(null, Name);
        site.Configure(ByHttp);
        var holder = await HoldAsync(site);
        var daemon = await site.Home.UpAsync("--bind", "127.0.0.1");
        await PausedAsync(site, holder);
        (await site.Home.RunAsync("certs")).ShouldExit(0).Output.ShouldContain("paused");
        (await site.Home.RunAsync("why", $"https://{Name}:{site.Home.HttpsPort}/")).ShouldExit(0).Output.ShouldContain($"python3 (pid {holder.Id})");
        site.Orders.ShouldBe(0);
        await holder.Kill9Async();
        await site.IssuedAsync();
        using var shown = await site.HandshakeAsync(Name);
        shown.MatchesHostname(Name).ShouldBeTrue();
        site.Orders.ShouldBe(1);
        daemon.Process.HasExited.ShouldBeFalse();
    }

    [Fact]
    public async Task PortTakenInTheMiddle_HoldsOrdersBackAndLetsThemGoOnceItIsFree()
    {
        const string later = "later.example.com";
        await using var site = await PublicSite.StartAsync(null, Name);
        site.Configure(ByHttp);
        var daemon = await site.Home.UpAsync("--bind", "127.0.0.1");
        await site.IssuedAsync();
        var holder = await ForeignSocket.TakeAsync(site.Home, daemon, site.Home.HttpPort);
        await Wait.UntilAsync("the loss is noticed", async () => (await site.Home.Admin.StatusAsync()).Waiting.Length > 0, () => daemon.Process.Transcript);
        site.Configure(ByHttp, "", Name, later);
        await Wait.UntilAsync("the new name is held up", async () =>
            (await site.ReportsAsync()).SingleOrDefault(report => report.Name == later) is { State: CertificateStates.Paused, Reason: { } reason } && reason.Contains($"(pid {holder.Id})", StringComparison.Ordinal), () => daemon.Process.Transcript);
        // What is served over the other port goes on.
        using (await site.HandshakeAsync(Name)) site.Orders.ShouldBe(1);
        await holder.Kill9Async();
        await Wait.UntilAsync("the new name has its certificate", async () => (await site.ReportAsync(later)).State == CertificateStates.Issued, () => site.Pebble.Transcript);
        site.Orders.ShouldBe(2);
    }

    /// <summary>Whoever can be shown in another way does not wait for the port.</summary>
    [Fact]
    public async Task PortTaken_TlsAlpnIsOpen_GoesThatWay()
    {
        await using var site = await PublicSite.StartAsync(null, Name);
        await HoldAsync(site);
        await site.Home.UpAsync("--bind", "127.0.0.1");
        await site.IssuedAsync();
        site.Orders.ShouldBe(1);
    }

    private static async Task PausedAsync(PublicSite site, ChildProcess holder)
    {
        await Wait.UntilAsync("the name is paused", async () => (await site.ReportAsync(Name)).State == CertificateStates.Paused);
        var report = await site.ReportAsync(Name);
        report.Reason!.ShouldContain($"Port {site.Home.HttpPort} on 127.0.0.1 is held by python3 (pid {holder.Id}).");
        report.NextStep!.ShouldContain("as soon as that has ended");
    }

    private static async Task<ChildProcess> HoldAsync(PublicSite site)
    {
        var holder = site.Home.Start(DevServer.Python, [Product.TestFile("dev-server.py"), $"{site.Home.HttpPort}"]);
        await holder.LineAsync("that it listens", line => line.Contains("listening", StringComparison.Ordinal));
        return holder;
    }
}
