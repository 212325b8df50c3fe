using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Logging.Abstractions;
using Signalbox.Certificates.LocalAuthority;
using Signalbox.Certificates.Trust;
using Signalbox.Cli.Doctor;
using Signalbox.Cli.Output;
using Signalbox.Model;
using Signalbox.Model.Wire;
using Signalbox.Tests.Support;

namespace Signalbox.Tests.Cli;

public sealed class DoctorTests : IDisposable
{
    private static readonly Problem NoDaemon = new(ProblemType.NoDaemon, ProblemSide.Daemon, "s", "No daemon.");

    private readonly TemporaryHome _home = new();

    private DoctorScene Scene => new(_home.Layout, NoDaemon, new TrustPlaces(_home.Layout.Root, _home.Layout.Root, _home.Layout.Root, _home.Layout.Root, []), TimeProvider.System);

    public void Dispose() => _home.Dispose();

    [Fact]
    public void Home_Private_IsOk() => HomeCheck.Look(_home.Layout).Outcome.ShouldBe("ok");

    [Fact]
    public void Home_NotThereYet_IsOk() => HomeCheck.Look(new HomeLayout("/nonexistent/home")).Outcome.ShouldBe("ok");

    [Theory]
    [InlineData(UnixFileMode.OtherRead, "warn")]
    [InlineData(UnixFileMode.OtherWrite, "fail")]
    public void Home_OpenToOthers_TellsTheCommandThatClosesIt(UnixFileMode mode, string outcome)
    {
        File.SetUnixFileMode(_home.Layout.Root, File.GetUnixFileMode(_home.Layout.Root) | mode);
        var finding = HomeCheck.Look(_home.Layout);
        (finding.Outcome, finding.Advice).ShouldBe((outcome, $"chmod 700 {_home.Layout.Root}"));
    }

    [Fact]
    public void Home_ThatIsAFile_Fails() => HomeCheck.Look(new HomeLayout("/proc/self/fd")).Outcome.ShouldBe("fail");

    [Fact]
    public void Daemon_NotRunning_TellsHowToStartIt()
    {
        Leftovers.Socket(_home.Layout);
        Leftovers.Locks(_home.Layout);
        var finding = DaemonCheck.Look(Scene).ShouldHaveSingleItem();
        (finding.Outcome, finding.Detail.Contains("no harm")).ShouldBe(("warn", true));
        finding.Advice.ShouldNotBeNull().ShouldContain("signalbox up");
    }

    [Fact]
    public void Daemon_LockHeldButSilent_Fails()
    {
        using var held = new FileStream(_home.Layout.DaemonLock, FileMode.Create, FileAccess.ReadWrite, FileShare.None);
        DaemonCheck.Look(Scene).ShouldHaveSingleItem().Outcome.ShouldBe("fail");
    }

    [Fact]
    public void Daemon_OfAnotherVersionWithProblems_TellsEach()
    {
        var status = Reports.Status with { Version = "0.0.9", Problems = [new Problem(ProblemType.StoreFull, ProblemSide.System, "db", "The disk is full.", "Free space.")] };
        var findings = DaemonCheck.Look(Scene with { Daemon = status }).ToList();
        findings.Select(finding => finding.Outcome).ShouldBe(["ok", "warn", "warn"]);
        findings[2].Detail.ShouldContain("The disk is full.");
    }

    [Fact]
    public void Port_HeldByAProgram_NamesIt()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var port = ((IPEndPoint)listener.LocalEndpoint).Port;
        var finding = PortCheck.Look(Scene, port).First();
        finding.Outcome.ShouldBe("warn");
        finding.Detail.ShouldContain($"pid {Environment.ProcessId}");
        PortCheck.Look(Scene with { Daemon = Reports.Status with { Listeners = [new ListenerReport("127.0.0.1", port, "https")] } }, port).First().Outcome.ShouldBe("ok");
    }

    [Fact]
    public void Trust_NoRoot_TellsHowToMakeIt() => TrustCheck.Look(Scene).ShouldHaveSingleItem().Outcome.ShouldBe("warn");

    [Fact]
    public async Task Trust_RootNobodyTrusts_IsSaidForTheSystemAndEachBrowser()
    {
        await using var authority = Authority.Open(_home.Layout, ["localhost"], TimeProvider.System, NullLogger.Instance).Value!;
        Directory.CreateDirectory(Path.Combine(_home.Layout.Root, ".pki/nssdb"));
        await File.WriteAllTextAsync(Path.Combine(_home.Layout.Root, ".pki/nssdb/cert9.db"), "", TestContext.Current.CancellationToken);
        TrustCheck.Look(Scene).Select(finding => $"{finding.Outcome} {finding.Subject}").ShouldBe(["ok clock", "warn system trust", "warn certutil", "warn browser trust"]);
    }

    [Fact]
    public async Task Trust_ClockBeforeTheRoot_BlamesTheClock()
    {
        await using var authority = Authority.Open(_home.Layout, ["localhost"], TimeProvider.System, NullLogger.Instance).Value!;
        var early = new FakeTimeProvider(new DateTimeOffset(2001, 1, 1, 0, 0, 0, TimeSpan.Zero));
        TrustCheck.Look(Scene with { Time = early }).First().ShouldSatisfyAllConditions(finding => finding.Subject.ShouldBe("clock"), finding => finding.Outcome.ShouldBe("fail"));
    }

    [Fact]
    public void Config_WithErrors_ListsEach()
    {
        File.WriteAllText(_home.Layout.ConfigFile, "listen: { http: many }\nroute: []\n");
        ConfigCheck.Look(_home.Layout).Select(finding => finding.Outcome).ShouldBe(["fail", "fail"]);
    }

    [Fact]
    public void Findings_InAPipe_AreAligned()
    {
        using var run = new CliRun();
        FindingOutput.Write(run.Context.Out, [Finding.Ok("home", "/x"), Finding.Warn("port 80", "held", "Stop it.")]);
        run.Out.ShouldBe("ok    home     /x\nwarn  port 80  held\n               Stop it.\n");
    }
}
