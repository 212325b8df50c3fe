using Signalbox.Certificates.Acme;
using Signalbox.Certificates.Issuing;
using Signalbox.Certificates.Issuing.Orders;
using Signalbox.Certificates.Issuing.Preflights;
using Signalbox.Certificates.Issuing.Records;
using Signalbox.Model;
using Signalbox.Model.Wire;
using Signalbox.Tests.Certificates.Acme.Support;
using static Signalbox.Tests.Certificates.Issuing.ManagerRig;

namespace Signalbox.Tests.Certificates.Issuing;

/// <summary>Which challenge a name is shown by, names that wait for their zones, and names under a wildcard.</summary>
public sealed class ManagerChallengeTests
{
    private const string Name = "www.example.com";
    private const string Wildcard = "*.example.com";

    private static readonly Problem Broken = new(ProblemType.DnsProviderFailed, ProblemSide.System, "x", "It is broken.");

    [Fact]
    public async Task Challenge_ThatWorked_IsTriedFirstWithTheRenewal()
    {
        await using var ca = await ScriptedCa.StartAsync(new CaOptions { Validate = challenge => Task.FromResult(challenge.Type == ChallengeType.Http ? "nobody there" : null) });
        await using var rig = new ManagerRig();
        var alpn = new ScriptedSolver(ChallengeType.TlsAlpn);
        rig.Solvers.Add(alpn);
        rig.Start(Both(ca));
        rig.Manager.Want(Name);
        await rig.UntilAsync("http-01 has failed", HasFailed, Name);
        (await rig.Manager.RenewAsync(Name, CancellationToken.None)).Succeeded.ShouldBeTrue();
        rig.Manager.Find(Name)!.Known.Challenge.ShouldBe(ChallengeType.TlsAlpn);
        var asked = ca.Count(CaStep.Challenge);
        await rig.RestartAsync(Name);
        (await rig.Manager.RenewAsync(Name, CancellationToken.None)).Succeeded.ShouldBeTrue();

        // One answer to the CA, to the challenge that worked.
        ca.Count(CaStep.Challenge).ShouldBe(asked + 1);
        alpn.Asked.Count.ShouldBe(2);
        alpn.Open.ShouldBe(0);
    }

    [Fact]
    public async Task Name_ThatCanBeShownInNoWay_IsHeldUpWithoutAnOrder()
    {
        await using var ca = await ScriptedCa.StartAsync();
        await using var rig = new ManagerRig();
        rig.Start(Issuer(ca));
        rig.Manager.Want(Wildcard);
        await rig.UntilAsync("it is held up", state => state is { Held: not null, Phase: null }, Wildcard);
        var report = CertificateReports.Of(rig.Manager.Find(Wildcard)!, null, rig.Now);
        report.State.ShouldBe(CertificateStates.Paused);
        report.Reason.ShouldBe("A wildcard cannot be shown by http-01. A wildcard needs dns-01: configure a DNS provider for its zone under certificates.dns.");
        ca.Orders.ShouldBeEmpty();
        rig.Manager.Find(Wildcard)!.Known.Failures.ShouldBe(0);
    }

    /// <summary>Forty names that wait for their zones are more than are worked on at one time; a name that need not wait goes on all the same.</summary>
    [Fact]
    public async Task Names_ThatWaitForTheirZones_KeepNobodysPlace()
    {
        await using var ca = await ScriptedCa.StartAsync();
        await using var rig = new ManagerRig();
        var (dns, shown) = Waiting(rig);
        rig.Start(Both(ca));
        rig.Options.Parallel.ShouldBeLessThan(40);
        var waiting = Enumerable.Range(0, 40).Select(i => $"*.n{i}.example.com").ToList();
        foreach (var name in waiting) rig.Manager.Want(name);
        await UntilAsync("all of them wait", () => waiting.TrueForAll(name => rig.Manager.Find(name) is { Phase: NamePhase.Waiting }));
        CertificateReports.Of(rig.Manager.Find(waiting[0])!, null, rig.Now).State.ShouldBe(CertificateStates.Validating);
        rig.Manager.Want(Name);
        await rig.UntilAsync("it is issued", IsIssued, Name);
        shown.SetResult();
        await UntilAsync("all are issued", () => waiting.TrueForAll(name => IsIssued(rig.Manager.Find(name))));
        dns.Open.ShouldBe(0);
    }

    /// <summary>Each waiting name has an order open at the CA, so their number is bounded too.</summary>
    [Fact]
    public async Task Names_ThatWaitForTheirZones_AreABoundedNumber()
    {
        await using var ca = await ScriptedCa.StartAsync();
        await using var rig = new ManagerRig();
        var (dns, shown) = Waiting(rig);
        rig.Options = rig.Options with { Parallel = 2, Waiting = 3 };
        rig.Start(Issuer(ca) with { Challenges = [ChallengeType.Dns] });
        var names = Enumerable.Range(0, 12).Select(i => $"n{i}.example.com").ToList();
        foreach (var name in names) rig.Manager.Want(name);
        await UntilAsync("five wait", () => dns.Asked.Count == 5);
        names.Count(name => rig.Manager.Find(name) is { Phase: not null }).ShouldBe(5);
        shown.SetResult();
        await UntilAsync("all are issued", () => names.TrueForAll(name => IsIssued(rig.Manager.Find(name))));
        dns.Open.ShouldBe(0);
    }

    [Fact]
    public async Task Name_UnderAWildcard_WaitsForThatAndNeedsNoneOfItsOwn()
    {
        await using var ca = await ScriptedCa.StartAsync();
        await using var rig = new ManagerRig();
        var (_, shown) = Waiting(rig);
        rig.Start(Both(ca));
        rig.Manager.Want(Wildcard);
        rig.Manager.Want(Name);
        rig.Manager.Want("a.b.example.com");
        await rig.UntilAsync("it is left to the wildcard", state => state is { Held.Cover: not null }, Name);
        CertificateReports.Of(rig.Manager.Find(Name)!, null, rig.Now).State.ShouldBe(CertificateStates.Wanted);
        shown.SetResult();
        await rig.UntilAsync("the wildcard stands for it", state => state is { Held.Cover.Certificate: not null, Phase: null }, Name);
        await rig.UntilAsync("two labels are no wildcard's", IsIssued, "a.b.example.com");
        var report = CertificateReports.Of(rig.Manager.Find(Name)!, null, rig.Now);
        (report.State, report.NextStep).ShouldBe((CertificateStates.Issued, $"Answered with the certificate of {Wildcard}, which is renewed."));
        ca.Orders.SelectMany(order => order.Identifiers).Select(identifier => identifier.Value).Order().ShouldBe([Wildcard, "a.b.example.com"]);
        await rig.RestartAsync(Wildcard, Name);
        await rig.UntilAsync("it is left to the wildcard", state => state is { Held.Cover.Certificate: not null, Phase: null }, Name);
        ca.Orders.Count.ShouldBe(2);

        // By hand it gets one of its own.
        (await rig.Manager.RenewAsync(Name, CancellationToken.None)).Value!.Certificate!.Name.ShouldBe(Name);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Name_UnderAWildcardThatFailsOrGoes_IsOrderedByItself(bool fails)
    {
        await using var ca = await ScriptedCa.StartAsync();
        await using var rig = new ManagerRig();
        var (dns, shown) = Waiting(rig);
        rig.Start(Both(ca));
        rig.Manager.Want(Wildcard);
        rig.Manager.Want(Name);
        await rig.UntilAsync("it is left to the wildcard", state => state is { Held.Cover: not null }, Name);
        if (fails) dns.Fault = Broken;
        shown.SetResult();
        if (!fails)
        {
            await rig.UntilAsync("the wildcard stands for it", state => state is { Held.Cover.Certificate: not null, Phase: null }, Name);
            rig.Manager.Unwant(Wildcard);
        }

        await rig.UntilAsync("it has one of its own", IsIssued, Name);
        rig.Manager.Find(Name)!.Certificate!.Name.ShouldBe(Name);
    }

    [Fact]
    public async Task Name_WithOneOfItsOwn_GoesOverToTheWildcardWhenItIsDue()
    {
        await using var rig = new ManagerRig();
        await using var ca = await ScriptedCa.StartAsync(new CaOptions { Time = rig.Time });
        rig.Solvers.Add(new ScriptedSolver(ChallengeType.Dns, isSlow: true));
        rig.Start(Both(ca));
        rig.Manager.Want(Name);
        await rig.UntilAsync("it is issued", IsIssued, Name);
        await rig.PassAsync(TimeSpan.FromDays(30), TimeSpan.FromDays(1));
        rig.Manager.Want(Wildcard);
        await rig.UntilAsync("the wildcard is issued", IsIssued, Wildcard);
        var own = (await rig.Book.FindAsync(Name, keep: false))!.Leaf.SerialNumber;
        rig.Manager.Find(Name)!.Certificate.ShouldNotBeNull();
        await rig.AdvanceUntilAsync("it has gone over", TimeSpan.FromHours(12), () => rig.Manager.Find(Name) is { Held.Cover: not null, Phase: null });
        var shown = (await rig.Book.FindAsync(Name, keep: false))!.Leaf;
        shown.SerialNumber.ShouldNotBe(own);
        shown.MatchesHostname("any.example.com").ShouldBeTrue();
        File.Exists(rig.Home.PublicCertificate(Name)).ShouldBeFalse();
        ca.Orders.Count.ShouldBe(2);
    }

    /// <summary>Whether a DNS provider is for a name may have to be asked of a network that answers nothing.</summary>
    [Fact]
    public async Task Name_ThatNeedsNoDns_DoesNotAskForIt()
    {
        await using var ca = await ScriptedCa.StartAsync();
        await using var rig = new ManagerRig();
        var dns = new ScriptedSolver(ChallengeType.Dns, isSlow: true);
        rig.Solvers.Add(dns);
        rig.Start(Both(ca));
        rig.Manager.Want(Wildcard);
        await rig.UntilAsync("the wildcard is issued", IsIssued, Wildcard);
        var looked = dns.Looked;
        looked.ShouldBeGreaterThan(0);
        rig.Manager.Want("www.example.org");
        await rig.UntilAsync("it is issued", IsIssued, "www.example.org");
        dns.Looked.ShouldBe(looked);
    }

    /// <summary>What answers on port 80 is somebody else: that is nothing against showing the name by DNS, and everything against http-01.</summary>
    [Theory]
    [InlineData("reach", true)]
    [InlineData("caa", false)]
    public async Task Preflight_ThatFindsNoWayIn_LeavesTheChallengesThatNeedNone(string step, bool goesOn)
    {
        await using var ca = await ScriptedCa.StartAsync();
        await using var rig = new ManagerRig { Preflight = new Finding(step) };
        var dns = new ScriptedSolver(ChallengeType.Dns, isSlow: true);
        rig.Solvers.Add(dns);
        rig.Start(Both(ca) with { Preflight = true });
        rig.Manager.Want(Name);
        await rig.UntilAsync("the try has ended", state => IsIssued(state) || HasFailed(state), Name);
        IsIssued(rig.Manager.Find(Name)).ShouldBe(goesOn);
        dns.Asked.Count.ShouldBe(goesOn ? 1 : 0);
        ca.Orders.Count.ShouldBe(goesOn ? 1 : 0);
        rig.Manager.Show(Name)!.Known.Evidence.ShouldHaveSingleItem().Step.ShouldBe(step);
    }

    /// <summary>Has names shown by a zone whose servers are waited for until the test says so.</summary>
    private static (ScriptedSolver Dns, TaskCompletionSource Shown) Waiting(ManagerRig rig)
    {
        var shown = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var dns = new ScriptedSolver(ChallengeType.Dns, isSlow: true) { Ready = shown.Task };
        rig.Solvers.Add(dns);
        return (dns, shown);
    }

    private static IssuerSettings Both(ScriptedCa ca) => Issuer(ca) with { Challenges = [ChallengeType.Http, ChallengeType.TlsAlpn, ChallengeType.Dns] };

    private sealed class Finding(string step) : IPreflight
    {
        public ValueTask<PreflightLook?> LookAsync(Identifier name, Ca ca, CancellationToken stop) => new(new PreflightLook(
            [new Evidence(step, NamePreflight.Failed, "not us", DateTimeOffset.UnixEpoch)], Broken)
        {
            Against = NamePreflight.Against(step).ToItems(),
        });
    }
}
