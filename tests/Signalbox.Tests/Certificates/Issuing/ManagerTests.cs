using Signalbox.Certificates.Acme;
using Signalbox.Certificates.Issuing;
using Signalbox.Certificates.Issuing.Limits;
using Signalbox.Model;
using Signalbox.Model.Wire;
using Signalbox.Store;
using Signalbox.Tests.Certificates.Acme.Support;
using static Signalbox.Tests.Certificates.Issuing.ManagerRig;

namespace Signalbox.Tests.Certificates.Issuing;

/// <summary>The manager before CAs that do what no real one can be asked to do.</summary>
public sealed class ManagerTests
{
    private const string Name = "www.example.com";

    private static readonly Problem Taken = new(ProblemType.PortInUse, ProblemSide.System, "0.0.0.0:80", "Port 80 on 0.0.0.0 is held by nginx (pid 7).", "Stop it.", Retry: true);

    [Fact]
    public async Task Name_Wanted_IsOrderedOnceHoweverOftenItIsAskedFor()
    {
        await using var ca = await ScriptedCa.StartAsync();
        await using var rig = new ManagerRig();
        rig.Start(Issuer(ca));
        for (var i = 0; i < 50; i++) rig.Manager.Want(Name);
        await rig.UntilAsync("it is issued", IsIssued, Name);
        for (var i = 0; i < 50; i++) rig.Manager.Want(Name);
        await rig.RestartAsync(Name);
        await rig.UntilAsync("it is issued", IsIssued, Name);
        ca.Orders.Count.ShouldBe(1);
        ca.Accounts.Count.ShouldBe(1);
        ca.Complaints.ShouldBeEmpty();
        rig.Book.Covers(Name).ShouldBeTrue();
        rig.Book.Covers("other.example.com").ShouldBeFalse();
    }

    [Theory]
    [InlineData("app.localhost")]
    [InlineData("intranet")]
    [InlineData("192.0.2.7")]
    public async Task Name_ThatIsNoPublicOne_IsNotWanted(string name)
    {
        await using var ca = await ScriptedCa.StartAsync();
        await using var rig = new ManagerRig();
        rig.Start(Issuer(ca));
        rig.Manager.Want(name);
        rig.Manager.All().ShouldBeEmpty();
        ca.Requests.ShouldBeEmpty();
    }

    /// <summary>The answer is lost, before or after the CA has done what it was asked.</summary>
    [Theory]
    [InlineData(nameof(CaStep.Directory))]
    [InlineData(nameof(CaStep.NewNonce))]
    [InlineData(nameof(CaStep.NewAccount))]
    [InlineData(nameof(CaStep.NewOrder))]
    [InlineData(nameof(CaStep.Authorization))]
    [InlineData(nameof(CaStep.Challenge))]
    [InlineData(nameof(CaStep.Order))]
    [InlineData(nameof(CaStep.Finalize))]
    [InlineData(nameof(CaStep.Certificate))]
    public async Task Connection_CutAtAnyStep_EndsIssuedWithOneOrderMoreAtMost(string step)
    {
        foreach (var cut in new[] { CaReply.Drop, CaReply.DoAndDrop })
        {
            await using var ca = await ScriptedCa.StartAsync(new CaOptions { ProcessingPolls = 1 });
            await using var rig = new ManagerRig();
            ca.Script(Enum.Parse<CaStep>(step), cut);
            rig.Start(Issuer(ca));
            rig.Manager.Want(Name);
            await rig.AdvanceUntilAsync("it is issued", TimeSpan.FromSeconds(10), () => IsIssued(rig.Manager.Find(Name)));
            ca.Orders.Count.ShouldBeLessThanOrEqualTo(2);
            ca.Complaints.ShouldBeEmpty();
            Directory.EnumerateFiles(rig.Home.OrderKeys).ShouldBeEmpty();
        }
    }

    /// <summary>The order is not looked at between its validation and its finalization; a CA that is not so far says so.</summary>
    [Fact]
    public async Task Finalize_ThatComesTooEarly_IsRepeatedOnceTheOrderIsReady()
    {
        await using var rig = new ManagerRig();
        await using var ca = await ScriptedCa.StartAsync(new CaOptions { Time = rig.Time });
        ca.Script(CaStep.Finalize, CaReply.Problem("orderNotReady", "not yet", 403));
        rig.Start(Issuer(ca));
        rig.Manager.Want(Name);
        await rig.UntilAsync("it is issued", IsIssued, Name);
        ca.Count(CaStep.Finalize).ShouldBe(2);
        ca.Orders.Count.ShouldBe(1);
        rig.Manager.Find(Name)!.Known.Failures.ShouldBe(0);
    }

    /// <summary>A CA that answers at once is asked six times for a name, and no more; one without renewal information leaves nothing to be asked later.</summary>
    [Fact]
    public async Task Issue_AtACaThatAnswersAtOnce_AsksNothingTwice()
    {
        await using var rig = new ManagerRig();
        await using var ca = await ScriptedCa.StartAsync(new CaOptions { Time = rig.Time });
        rig.Start(Issuer(ca));
        rig.Manager.Want(Name);
        await rig.UntilAsync("it is issued", IsIssued, Name);
        await rig.IdleAsync();
        ca.Requests.Where(request => request.Step is not (CaStep.Directory or CaStep.NewNonce or CaStep.NewAccount)).Select(request => request.Step)
            .ShouldBe([CaStep.NewOrder, CaStep.Authorization, CaStep.Challenge, CaStep.Authorization, CaStep.Finalize, CaStep.Certificate]);
        rig.Manager.Find(Name)!.Certificate!.AskAt.ShouldBeNull();
    }

    /// <summary>What the CA never heard was waited for until the patience with it was over, five minutes, and told again only with the next try.</summary>
    [Theory]
    [InlineData(nameof(CaStep.Challenge))]
    [InlineData(nameof(CaStep.Finalize))]
    public async Task Connection_CutBeforeTheCaHasHeard_IsMadeAnewAtOnce(string step)
    {
        await using var rig = new ManagerRig();
        await using var ca = await ScriptedCa.StartAsync(new CaOptions { Time = rig.Time });
        ca.Script(Enum.Parse<CaStep>(step), CaReply.Drop, CaReply.DoAndDrop);
        rig.Start(Issuer(ca));
        rig.Manager.Want(Name);

        // The clock stands: nothing is waited for.
        await rig.UntilAsync("it is issued", IsIssued, Name);
        ca.Orders.Count.ShouldBe(1);
        ca.Complaints.ShouldBeEmpty();
    }

    /// <summary>A crash between the end of an order in the store and the removal of its key left the key behind for good.</summary>
    [Fact]
    public async Task Start_KeyOfAnOrderThatHasEnded_IsRemovedAndThatOfAnOpenOneIsNot()
    {
        await using var rig = new ManagerRig();
        await using var ca = await ScriptedCa.StartAsync(new CaOptions { Time = rig.Time, ProcessingPolls = 50, PollRetryAfter = "30" });
        rig.Start(Issuer(ca));
        rig.Manager.Want(Name);
        await rig.UntilAsync("the key of the order is there", _ => Directory.Exists(rig.Home.OrderKeys) && Directory.EnumerateFiles(rig.Home.OrderKeys, "*.key").Any(), Name);
        var open = Directory.EnumerateFiles(rig.Home.OrderKeys, "*.key").Single();
        var ended = rig.Home.OrderKey("0123456789abcdef");
        File.WriteAllText(ended, "left behind");
        await rig.RestartAsync(Name);
        await ManagerRig.UntilAsync("the key of the ended one is gone", () => !File.Exists(ended));
        File.Exists(open).ShouldBeTrue();

        // Nobody else reads them, or sees that they are there.
        if (OperatingSystem.IsWindows()) return;
        foreach (var key in new[] { open, rig.Home.AccountKey(ca.Directory) })
        {
            File.GetUnixFileMode(key).ShouldBe(AtomicFile.Secret, key);
            File.GetUnixFileMode(Path.GetDirectoryName(key)!).ShouldBe(AtomicFile.PrivateDirectory, key);
        }
    }

    [Fact]
    public async Task Processing_ForALongTime_IsOneOrderThatIsGoneOnWith()
    {
        await using var rig = new ManagerRig();
        await using var ca = await ScriptedCa.StartAsync(new CaOptions { Time = rig.Time, ProcessingPolls = 30, PollRetryAfter = "30" });
        rig.Start(Issuer(ca));
        rig.Manager.Want(Name);
        await rig.AdvanceUntilAsync("the first try has been left", TimeSpan.FromSeconds(10), () => HasFailed(rig.Manager.Find(Name)));
        rig.Manager.Find(Name)!.Known.Reason!.Text.ShouldContain("processing");
        await rig.RestartAsync(Name);
        await rig.AdvanceUntilAsync("it is issued", TimeSpan.FromSeconds(10), () => IsIssued(rig.Manager.Find(Name)));
        ca.Orders.Count.ShouldBe(1);
    }

    /// <summary>The CA was told a second time to look at what it was looking at, refused that, and the order was lost.</summary>
    [Fact]
    public async Task Shutdown_WhileTheCaLooks_GoesOnWithTheSameOrder()
    {
        await using var rig = new ManagerRig();
        await using var ca = await ScriptedCa.StartAsync(new CaOptions { Time = rig.Time, PendingPolls = 20, PollRetryAfter = "5" });
        rig.Start(Issuer(ca));
        rig.Manager.Want(Name);
        await rig.UntilLookedAtAsync(ca, Name);
        await rig.RestartAsync(Name);
        await rig.AdvanceUntilAsync("it is issued", TimeSpan.FromSeconds(5), () => IsIssued(rig.Manager.Find(Name)));
        ca.Orders.Count.ShouldBe(1);
        ca.Complaints.ShouldBeEmpty();
    }

    [Fact]
    public async Task Port_ThatIsNotOurs_HoldsTheOrderBackWithItsReasonAndLetsItGoAtOnce()
    {
        await using var ca = await ScriptedCa.StartAsync();
        await using var rig = new ManagerRig { Closed = () => Taken };
        rig.Start(Issuer(ca));
        rig.Manager.Want(Name);
        await rig.UntilAsync("it is held up", state => state is { Held: not null, Phase: null }, Name);
        var report = CertificateReports.Of(rig.Manager.Find(Name)!, null, rig.Now);
        report.State.ShouldBe(CertificateStates.Paused);
        report.Reason!.ShouldStartWith(Taken.Text);
        report.NextStep!.ShouldStartWith("It goes on as soon as that has ended.");
        ca.Orders.ShouldBeEmpty();
        rig.Closed = () => null;
        rig.Manager.Resume();
        // The clock stands: nothing was waited for.
        await rig.UntilAsync("it is issued", IsIssued, Name);
        ca.Orders.Count.ShouldBe(1);
    }

    [Fact]
    public async Task Port_LostInTheMiddle_IsNoFailureOfTheNameAndTheOrderIsGoneOnWith()
    {
        await using var ca = await ScriptedCa.StartAsync();
        await using var rig = new ManagerRig();
        // The order stands at the CA, and then nobody can come in.
        rig.Closed = () => ca.Count(CaStep.NewOrder) > 0 ? Taken : null;
        rig.Start(Issuer(ca));
        rig.Manager.Want(Name);
        await rig.UntilAsync("it is held up", state => state is { Held: not null, Phase: null }, Name);
        rig.Manager.Find(Name)!.Known.Failures.ShouldBe(0);
        rig.Closed = () => null;
        rig.Manager.Resume();
        await rig.UntilAsync("it is issued", IsIssued, Name);
        ca.Orders.Count.ShouldBe(1);
        ca.Requests.Count(request => request.Step == CaStep.NewOrder).ShouldBe(1);
    }

    [Fact]
    public async Task Certificate_ThatDoesNotFitItsKey_ReplacesNothing()
    {
        await using var rig = new ManagerRig();
        await using var ca = await ScriptedCa.StartAsync(new CaOptions { Time = rig.Time });
        rig.Start(Issuer(ca));
        rig.Manager.Want(Name);
        await rig.UntilAsync("it is issued", IsIssued, Name);
        var shown = await rig.Book.FindAsync(Name, keep: true);
        ca.Options.WrongKey = true;
        var renewed = await rig.Manager.RenewAsync(Name, TestContext.Current.CancellationToken);
        renewed.Value!.Known.Reason!.Text.ShouldContain("cannot be used");
        (await rig.Book.FindAsync(Name, keep: true)).ShouldBeSameAs(shown);
        CertificateReports.Of(renewed.Value, null, rig.Now).State.ShouldBe(CertificateStates.Issued);
        CertificateReports.Of(renewed.Value, null, rig.Now).Reason!.ShouldStartWith("The renewal failed:");
    }

    [Fact]
    public async Task Directory_ThatIsNone_LetsTheNextIssuerSign()
    {
        await using var rig = new ManagerRig();
        await using var broken = await ScriptedCa.StartAsync();
        await using var sound = await ScriptedCa.StartAsync();
        broken.Script(CaStep.Directory, [.. Enumerable.Repeat(CaReply.Raw(200, "text/html", "<h1>It works!</h1>"), 5)]);
        rig.Start(Issuer(broken, "first"), Issuer(sound, "second"));
        rig.Manager.Want(Name);
        await rig.UntilAsync("it is issued", IsIssued, Name);
        rig.Manager.Find(Name)!.Certificate!.Issuer.ShouldBe("second");
    }

    [Fact]
    public async Task ExternalAccount_Missing_IsToldInTheCasWords()
    {
        await using var rig = new ManagerRig();
        await using var ca = await ScriptedCa.StartAsync();
        ca.Options.ExternalAccounts["kid-1"] = new byte[32];
        rig.Start(Issuer(ca));
        rig.Manager.Want(Name);
        await rig.UntilAsync("the try has failed", HasFailed, Name);
        ca.Orders.ShouldBeEmpty();
        rig.Manager.Find(Name)!.Known.Reason!.Text.ShouldContain("external", Case.Insensitive);
    }

    [Fact]
    public async Task ExternalAccount_OfTheIssuer_IsBound()
    {
        await using var rig = new ManagerRig();
        await using var ca = await ScriptedCa.StartAsync();
        ca.Options.ExternalAccounts["kid-1"] = [1, 2, 3, 4];
        rig.Start(Issuer(ca) with { Binding = new ExternalAccount("kid-1", new byte[] { 1, 2, 3, 4 }) });
        rig.Manager.Want(Name);
        await rig.UntilAsync("it is issued", IsIssued, Name);
        ca.Accounts.ShouldHaveSingleItem().BoundTo.ShouldBe("kid-1");
    }

    [Fact]
    public async Task Failure_IsTriedAtTheStagingDirectoryFirst()
    {
        await using var rig = new ManagerRig();
        var works = false;
        Task<string?> Validate(CaChallenge challenge) => Task.FromResult(Volatile.Read(ref works) ? null : "the name does not lead there");
        await using var production = await ScriptedCa.StartAsync(new CaOptions { Time = rig.Time, Validate = Validate });
        await using var staging = await ScriptedCa.StartAsync(new CaOptions { Time = rig.Time, Validate = Validate });
        rig.Start(Issuer(production) with { Staging = staging.Directory });
        rig.Manager.Want(Name);
        await rig.AdvanceUntilAsync("three tries have failed", TimeSpan.FromSeconds(10), () => rig.Manager.Find(Name) is { Known.Failures: >= 3 });
        production.Orders.Count.ShouldBe(1);
        staging.Orders.Count.ShouldBeGreaterThanOrEqualTo(2);
        Volatile.Write(ref works, true);
        await rig.AdvanceUntilAsync("it is issued", TimeSpan.FromSeconds(10), () => IsIssued(rig.Manager.Find(Name)));
        production.Orders.Count.ShouldBe(2);
        (await rig.Book.FindAsync(Name, keep: true))!.Chain.Count.ShouldBeGreaterThan(0);
        rig.Manager.Find(Name)!.Certificate!.Issuer.ShouldBe("main");
    }

    [Fact]
    public async Task Limits_OfTheCa_AreKeptWithoutAskingIt()
    {
        await using var rig = new ManagerRig();
        await using var ca = await ScriptedCa.StartAsync(new CaOptions { Time = rig.Time });
        rig.Start(Issuer(ca) with { Limits = CaLimits.Public with { RegisteredDomain = new RateLimit(5, TimeSpan.FromHours(5)) } });
        var names = Enumerable.Range(0, 8).Select(i => $"n{i}.example.com").ToArray();
        foreach (var name in names) rig.Manager.Want(name);
        await ManagerRig.UntilAsync("five are issued and three held", () => rig.Manager.All().Count(IsIssued) == 5 && rig.Manager.All().Count(state => state is { Held: not null, Phase: null }) == 3);
        ca.Requests.Count(request => request.Step == CaStep.NewOrder).ShouldBe(5);
        var held = rig.Manager.All().First(state => state.Held is not null);
        CertificateReports.Of(held, null, rig.Now).State.ShouldBe(CertificateStates.Paused);
        held.Held!.Problem.Text.ShouldContain("certificates for example.com and the names under it");

        // The limit is counted on across a restart.
        await rig.RestartAsync(names);
        await ManagerRig.UntilAsync("three are held", () => rig.Manager.All().Count(state => state is { Held: not null, Phase: null }) == 3);
        await rig.AdvanceUntilAsync("all are issued", TimeSpan.FromMinutes(5), () => rig.Manager.All().Count(IsIssued) == 8);
        ca.Orders.Count.ShouldBe(8);
    }

    [Fact]
    public async Task Clock_ThatJumpsPastTheEnd_BringsANewCertificate()
    {
        await using var rig = new ManagerRig();
        await using var ca = await ScriptedCa.StartAsync(new CaOptions { Time = rig.Time });
        rig.Start(Issuer(ca));
        rig.Manager.Want(Name);
        await rig.UntilAsync("it is issued", IsIssued, Name);
        var first = rig.Manager.Find(Name)!.Certificate!;
        rig.Time.Advance(TimeSpan.FromDays(400));
        await rig.UntilAsync("it is renewed", state => state!.Certificate!.NotAfter > first.NotAfter, Name);
        rig.Manager.Find(Name)!.Certificate!.IsUsable(rig.Now).ShouldBeTrue();
    }
}
