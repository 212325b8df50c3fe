using Signalbox.Certificates.Acme;
using Signalbox.Certificates.Issuing;
using Signalbox.Certificates.Issuing.Orders;
using Signalbox.Certificates.Issuing.Preflights;
using Signalbox.Certificates.Issuing.Records;
using Signalbox.Host;
using Signalbox.Model;
using Signalbox.Model.Wire;
using Signalbox.Tests.Certificates.Acme.Support;
using static Signalbox.Tests.Certificates.Issuing.ManagerRig;

namespace Signalbox.Tests.Certificates.Issuing;

/// <summary>One job a name: who joins it, who ends it, and what its place is good for.</summary>
public sealed class ManagerJobsTests
{
    private const string Name = "www.example.com";

    /// <summary>RFC 9773 4.2: “Clients SHOULD provide this URL to their operator, if present.” It was read and never shown.</summary>
    [Fact]
    public async Task RenewalInformation_WithAnExplanation_IsToldWithItForAsLongAsItIsThere()
    {
        await using var rig = new ManagerRig();
        var begun = rig.Now;
        var options = new CaOptions { Time = rig.Time, RenewalWindow = _ => (begun.AddDays(20), begun.AddDays(22)), RenewalRetryAfter = "21600", RenewalExplanation = "https://ca.example/why" };
        await using var ca = await ScriptedCa.StartAsync(options);
        rig.Start(Issuer(ca));
        rig.Manager.Want(Name);
        await rig.UntilAsync("the window is known", state => state is { Phase: null, Certificate.Plan.Window: not null }, Name);
        Next().ShouldEndWith(" UTC on. The CA says why: https://ca.example/why");
        await rig.RestartAsync(Name);
        Next().ShouldEndWith(" UTC on. The CA says why: https://ca.example/why");
        options.RenewalExplanation = null;
        await rig.StepUntilAsync("it is taken back", TimeSpan.FromHours(1), () => !Next().Contains("why", StringComparison.Ordinal));
        Next().ShouldEndWith(" UTC on.");

        string Next() => CertificateReports.Of(rig.Manager.Find(Name)!, null, rig.Now).NextStep!;
    }

    [Fact]
    public async Task Renew_WhileTheFirstCertificateIsOnItsWay_JoinsThatJob()
    {
        await using var rig = new ManagerRig();
        var gate = new TaskCompletionSource();
        await using var ca = await ScriptedCa.StartAsync(new CaOptions { Time = rig.Time, Validate = async _ => { await gate.Task; return null; } });
        rig.Start(Issuer(ca));
        rig.Manager.Want(Name);
        await rig.UntilAsync("the CA is at it", state => state?.Phase == NamePhase.Validating, Name);
        var renewals = Enumerable.Range(0, 20).Select(_ => rig.Manager.RenewAsync(Name, TestContext.Current.CancellationToken)).ToList();
        for (var i = 0; i < 20; i++) rig.Manager.Want(Name);
        gate.SetResult();
        foreach (var renewed in await Task.WhenAll(renewals)) renewed.Value!.Certificate.ShouldNotBeNull();
        await rig.IdleAsync();
        ca.Orders.Count.ShouldBe(1);
    }

    [Fact]
    public async Task Renew_OfAGoodCertificate_IsOneOrderHoweverManyAsk()
    {
        await using var rig = new ManagerRig();
        var gate = new TaskCompletionSource();
        await using var ca = await ScriptedCa.StartAsync(new CaOptions { Time = rig.Time });
        rig.Start(Issuer(ca));
        rig.Manager.Want(Name);
        await rig.UntilAsync("it is issued", IsIssued, Name);
        ca.Options.Validate = async _ => { await gate.Task; return null; };
        var renewals = Enumerable.Range(0, 20).Select(_ => rig.Manager.RenewAsync(Name, TestContext.Current.CancellationToken)).ToList();
        await rig.UntilAsync("the renewal is under way", _ => ca.Orders.Count == 2, Name);
        gate.SetResult();
        await Task.WhenAll(renewals);
        await rig.PassAsync(TimeSpan.FromHours(2), TimeSpan.FromMinutes(10));
        ca.Orders.Count.ShouldBe(2);
    }

    /// <summary>
    /// A renewal was told as “checking” now and then: what was told was read when the name's next job, the look for renewal information, was under way already.
    /// </summary>
    [Fact]
    public async Task Renew_WhileTheNextJobIsUnderWay_TellsWhatCameOfTheTry()
    {
        await using var rig = new ManagerRig();
        await using var ca = await ScriptedCa.StartAsync(new CaOptions { Time = rig.Time });
        var (start, end) = (rig.Now.AddDays(20), rig.Now.AddDays(22));
        ca.Options.RenewalWindow = _ => (start, end);
        rig.Preflight = new ScriptedLook(new([new Evidence("dns", "ok", "ns1.example.com has 192.0.2.1", rig.Now)], null));
        rig.Start(Issuer(ca) with { Preflight = true });
        rig.Manager.Want(Name);
        await rig.UntilAsync("it is issued, and the window known", state => IsIssued(state) && state!.Certificate!.Plan.Window is not null, Name);
        ca.Script(CaStep.RenewalInfo, CaReply.Hang);
        var renewed = await rig.Manager.RenewAsync(Name, TestContext.Current.CancellationToken);
        await ManagerRig.UntilAsync("the CA is asked for renewal information", () => ca.Count(CaStep.RenewalInfo) == 2);
        rig.Manager.Find(Name)!.Phase.ShouldNotBeNull();
        var report = CertificateReports.Whole(rig.Manager.Whole(renewed.Value!), null, rig.Now);
        report.State.ShouldBe(CertificateStates.Issued);
        report.Evidence.ShouldHaveSingleItem();
        report.NotAfter.ShouldBe(rig.Manager.Find(Name)!.Certificate!.NotAfter);
    }

    /// <summary>A renewal somebody asked for and that failed leaves a good certificate: nothing is ordered before it is due.</summary>
    [Fact]
    public async Task Renew_ThatFails_IsNotRepeatedBeforeTheRenewalIsDue()
    {
        await using var rig = new ManagerRig();
        await using var ca = await ScriptedCa.StartAsync(new CaOptions { Time = rig.Time });
        rig.Start(Issuer(ca));
        rig.Manager.Want(Name);
        await rig.UntilAsync("it is issued", IsIssued, Name);
        ca.Options.Validate = _ => Task.FromResult<string?>("it is away");
        (await rig.Manager.RenewAsync(Name, TestContext.Current.CancellationToken)).Value!.Known.Failures.ShouldBe(1);
        await rig.PassAsync(TimeSpan.FromDays(3), TimeSpan.FromHours(2));
        ca.Orders.Count.ShouldBe(2);
        CertificateReports.Of(rig.Manager.Find(Name)!, null, rig.Now).NextStep!.ShouldContain($"{rig.Manager.Find(Name)!.Certificate!.DueAt:yyyy-MM-dd}");
    }

    /// <summary>The end of a job of a name that nobody wanted by then woke nobody: others waited up to a minute for its place.</summary>
    [Fact]
    public async Task Job_OfANameThatIsUnwantedMeanwhile_LeavesItsPlaceToTheNextAtOnce()
    {
        await using var rig = new ManagerRig();
        var gate = new TaskCompletionSource();
        await using var ca = await ScriptedCa.StartAsync(new CaOptions { Time = rig.Time, Validate = async _ => { await gate.Task; return null; } });
        await rig.HoldUpAsync(ca, Name);
        rig.Manager.Want("next.example.com");
        rig.Manager.Unwant(Name);
        gate.SetResult();
        await rig.UntilAsync("the next is issued", IsIssued, "next.example.com");
        rig.Manager.Find(Name)!.Certificate.ShouldNotBeNull();
    }

    /// <summary>Whoever waited for a job that then did not come waited for good.</summary>
    [Fact]
    public async Task Renew_OfANameThatIsUnwantedBeforeItsTurn_ReturnsAtOnce()
    {
        await using var rig = new ManagerRig();
        var gate = new TaskCompletionSource();
        await using var ca = await ScriptedCa.StartAsync(new CaOptions { Time = rig.Time, Validate = async _ => { await gate.Task; return null; } });
        await rig.HoldUpAsync(ca, "first.example.com");
        rig.Manager.Want(Name);
        var renewal = rig.Manager.RenewAsync(Name, TestContext.Current.CancellationToken);
        rig.Manager.Unwant(Name);
        (await renewal.WaitAsync(TimeSpan.FromSeconds(60), TestContext.Current.CancellationToken)).Value!.Wanted.ShouldBeFalse();
        gate.SetResult();
        await rig.UntilAsync("the first is issued", IsIssued, "first.example.com");
        ca.Orders.Count.ShouldBe(1);
    }

    [Fact]
    public async Task Name_ThatComesAndGoesAllTheTime_IsOrderedOnce()
    {
        await using var rig = new ManagerRig();
        await using var ca = await ScriptedCa.StartAsync(new CaOptions { Time = rig.Time });
        rig.Start(Issuer(ca));
        await Parallel.ForAsync(0, 500, async (i, _) =>
        {
            if (i % 2 == 0) rig.Manager.Want(Name);
            else rig.Manager.Unwant(Name);
            await Task.Yield();
        });
        rig.Manager.Want(Name);
        await rig.UntilAsync("it is issued", IsIssued, Name);
        await rig.IdleAsync();
        ca.Orders.Count.ShouldBe(1);
    }

    /// <summary>What was looked at before an order was kept when the order came about, and forgotten when it was held back: just when it is wanted.</summary>
    [Fact]
    public async Task Evidence_OfALookThatFailed_IsKeptAcrossARestart()
    {
        await using var rig = new ManagerRig();
        await using var ca = await ScriptedCa.StartAsync(new CaOptions { Time = rig.Time });
        var problem = new Problem(ProblemType.CertificateUnavailable, ProblemSide.Request, Name, "The name leads nowhere.", "Make a record.", Retry: true);
        rig.Preflight = new ScriptedLook(new([new Evidence("dns", "failed", "ns1.example.com says that there is no such name", rig.Now)], problem) { Against = [ChallengeType.Http] });
        rig.Start(Issuer(ca) with { Preflight = true });
        rig.Manager.Want(Name);
        await rig.UntilAsync("the try has failed", HasFailed, Name);
        await rig.RestartAsync(Name);
        var report = CertificateReports.Whole(rig.Manager.Show(Name)!, null, rig.Now);
        report.Evidence.ShouldHaveSingleItem().Detail.ShouldStartWith("ns1.example.com says that there is no such name");
        report.Reason!.ShouldContain("The name leads nowhere.");
        ca.Orders.ShouldBeEmpty();
    }

    /// <summary>A start with many names ordered them in no order at all, so that the oldest could be the last to be served.</summary>
    [Fact]
    public async Task Start_WithManyNames_OrdersForThoseThatStandLongestFirst()
    {
        await using var rig = new ManagerRig();
        await using var ca = await ScriptedCa.StartAsync(new CaOptions { Time = rig.Time });
        rig.Options = rig.Options with { Parallel = 1 };
        rig.Open(Issuer(ca));

        // The routes come sorted by name; the oldest is the last of these.
        var names = Enumerable.Range(0, 12).Select(number => $"service-{number}.example.com").Order(StringComparer.Ordinal).ToList();
        var routes = names.Select((name, place) => new Route { Key = new RouteKey(name, "/"), Id = name, Owner = Naming.RouteOwner(name, "/"), Tls = TlsMode.Auto, Since = rig.Now.AddMinutes(-place) });
        new WantedNames(rig.Manager, _ => false, _ => false).Applied(null!, null!, new EdgeChange(1, [.. routes], []));
        rig.Manager.Start();
        await UntilAsync("all are issued", () => names.All(name => IsIssued(rig.Manager.Find(name))));
        ca.Orders.OrderBy(order => int.Parse(order.Url[(order.Url.LastIndexOf('/') + 1)..])).Select(order => order.Identifiers[0].Value).ShouldBe(Enumerable.Reverse(names));
    }
}
