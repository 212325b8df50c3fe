using Signalbox.Certificates.Issuing;
using Signalbox.Certificates.Issuing.Limits;
using Signalbox.Model.Wire;
using Signalbox.Tests.Certificates.Acme.Support;
using static Signalbox.Tests.Certificates.Issuing.ManagerRig;

namespace Signalbox.Tests.Certificates.Issuing;

/// <summary>Several issuers in order, and orders that stand at one of them.</summary>
public sealed class ManagerIssuersTests
{
    private const string Name = "www.example.com";

    /// <summary>An order of an issuer that was taken out of the config kept the next one from ever being asked, and its record stayed for good.</summary>
    [Fact]
    public async Task Order_OfAnIssuerThatIsGone_IsGivenUpAndAnotherIssuerSigns()
    {
        await using var rig = new ManagerRig();
        await using var gone = await ScriptedCa.StartAsync(new CaOptions { Time = rig.Time, ProcessingPolls = 1000, PollRetryAfter = "30" });
        await using var next = await ScriptedCa.StartAsync(new CaOptions { Time = rig.Time });
        rig.Start(Issuer(gone, "gone"));
        rig.Manager.Want(Name);
        await rig.UntilAsync("the order is processing", _ => gone.Orders.Any(order => order.Status == "processing"), Name);
        rig.Options = rig.Options with { Issuers = [Issuer(next, "next")] };
        await rig.RestartAsync(Name);
        await rig.UntilAsync("it is issued", IsIssued, Name);
        rig.Manager.Find(Name)!.Certificate!.Issuer.ShouldBe("next");
        rig.OpenOrders.ShouldBeEmpty();
        rig.OrderKeys.ShouldBeEmpty();
    }

    /// <summary>An order that stood at one issuer kept the next one from being asked for as long as it stood.</summary>
    [Fact]
    public async Task Order_ThatStandsAtOneIssuer_KeepsTheNextOneWaitingAQuarterOfAnHour()
    {
        await using var rig = new ManagerRig();
        await using var slow = await ScriptedCa.StartAsync(new CaOptions { Time = rig.Time, ProcessingPolls = 100_000, PollRetryAfter = "30" });
        await using var next = await ScriptedCa.StartAsync(new CaOptions { Time = rig.Time });
        rig.Start(Issuer(slow, "slow"), Issuer(next, "next"));
        var begun = rig.Now;
        rig.Manager.Want(Name);
        await rig.AdvanceUntilAsync("it is issued", TimeSpan.FromSeconds(20), () => IsIssued(rig.Manager.Find(Name)));
        rig.Manager.Find(Name)!.Certificate!.Issuer.ShouldBe("next");
        (rig.Now - begun).ShouldBeInRange(TimeSpan.FromMinutes(15), TimeSpan.FromHours(2));
        slow.Orders.Count.ShouldBe(1);

        // The other order is of no use to anybody now.
        rig.OpenOrders.ShouldBeEmpty();
        rig.OrderKeys.ShouldBeEmpty();
    }

    /// <summary>A limit of the last issuer hid the failure of the one before, and the name was put off for as long as the limit.</summary>
    [Fact]
    public async Task Failure_OfOneIssuerAndALimitOfTheOther_IsAFailureThatIsTriedAgainSoon()
    {
        await using var rig = new ManagerRig();
        await using var failing = await ScriptedCa.StartAsync(new CaOptions { Time = rig.Time, Validate = _ => Task.FromResult<string?>("the name does not lead there") });
        await using var narrow = await ScriptedCa.StartAsync(new CaOptions { Time = rig.Time });
        rig.Start(Issuer(failing, "failing"), Issuer(narrow, "narrow") with { Limits = CaLimits.None with { RegisteredDomain = new RateLimit(1, TimeSpan.FromDays(7)) } });
        rig.Manager.Want("first.example.com");
        await rig.UntilAsync("the first is issued", IsIssued, "first.example.com");
        rig.Manager.Want(Name);
        await rig.UntilAsync("the second has failed", HasFailed, Name);
        var known = rig.Manager.Find(Name)!.Known;
        known.NextTry!.Value.ShouldBe(rig.Now.AddMinutes(1), TimeSpan.FromSeconds(10));
        known.Reason!.Text.ShouldContain("failing could not validate the name");
        known.Reason.Text.ShouldContain("The limit of narrow");
        narrow.Orders.Count.ShouldBe(1);
    }

    [Fact]
    public async Task Limits_OfAllIssuers_HoldUntilTheFirstOfThemAllowsIt()
    {
        await using var rig = new ManagerRig();
        await using var one = await ScriptedCa.StartAsync(new CaOptions { Time = rig.Time });
        await using var other = await ScriptedCa.StartAsync(new CaOptions { Time = rig.Time });
        static CaLimits Days(int days) => CaLimits.None with { Orders = new RateLimit(1, TimeSpan.FromDays(days)) };
        rig.Start(Issuer(one, "one") with { Limits = Days(7) }, Issuer(other, "other") with { Limits = Days(2) });
        foreach (var name in new[] { "a.example.com", "b.example.com", Name })
        {
            rig.Manager.Want(name);
            await rig.UntilAsync("it is issued or held", state => IsIssued(state) || state is { Held: not null, Phase: null }, name);
        }

        var held = rig.Manager.Find(Name)!;
        held.Held!.Until.ShouldBe(rig.Now.AddDays(2), TimeSpan.FromHours(2));
        CertificateReports.Of(held, null, rig.Now).State.ShouldBe(CertificateStates.Paused);
        await rig.AdvanceUntilAsync("it is issued", TimeSpan.FromHours(1), () => IsIssued(rig.Manager.Find(Name)));
        rig.Manager.Find(Name)!.Certificate!.Issuer.ShouldBe("other");
    }

    /// <summary>The second of two issuers at one directory had the settings of the first.</summary>
    [Fact]
    public async Task Issuers_OfOneDirectory_EachHaveTheirOwnSettings()
    {
        await using var rig = new ManagerRig();
        await using var ca = await ScriptedCa.StartAsync(new CaOptions { Time = rig.Time });
        ca.Options.Profiles["classic"] = "The usual.";
        rig.Start(Issuer(ca, "strange") with { Profile = "strange" }, Issuer(ca, "classic") with { Profile = "classic" });
        rig.Manager.Want(Name);
        await rig.UntilAsync("it is issued", IsIssued, Name);
        rig.Manager.Find(Name)!.Certificate!.Issuer.ShouldBe("classic");
        ca.Orders.ShouldHaveSingleItem().Profile.ShouldBe("classic");
        ca.Accounts.Count.ShouldBe(1);
    }

    [Fact]
    public async Task Profile_ThatTheCaRefuses_IsToldInItsWords()
    {
        await using var rig = new ManagerRig();
        await using var ca = await ScriptedCa.StartAsync(new CaOptions { Time = rig.Time });
        ca.Options.Profiles["classic"] = "The usual.";
        rig.Start(Issuer(ca) with { Profile = "strange" });
        rig.Manager.Want(Name);
        await rig.UntilAsync("the try has failed", HasFailed, Name);
        rig.Manager.Find(Name)!.Known.Reason!.Text.ShouldContain("strange");
        rig.OpenOrders.ShouldBeEmpty();
    }

    /// <summary>The config may call another CA by the old one's name: a renewal there is none of its certificates'.</summary>
    [Fact]
    public async Task Renewal_AtAnotherCaOfTheSameName_DoesNotSpeakOfTheFirstOnesCertificate()
    {
        await using var rig = new ManagerRig();
        await using var former = await ScriptedCa.StartAsync(new CaOptions { Time = rig.Time, RenewalWindow = _ => (rig.Now.AddDays(50), rig.Now.AddDays(51)) });
        await using var latter = await ScriptedCa.StartAsync(new CaOptions { Time = rig.Time, RenewalWindow = _ => (rig.Now.AddDays(50), rig.Now.AddDays(51)) });
        rig.Start(Issuer(former));
        rig.Manager.Want(Name);
        await rig.UntilAsync("the window is known", state => state?.Certificate?.Plan.Window is not null, Name);
        rig.Options = rig.Options with { Issuers = [Issuer(latter)] };
        await rig.RestartAsync(Name);
        var renewed = await rig.Manager.RenewAsync(Name, TestContext.Current.CancellationToken);
        renewed.Value!.Certificate!.Directory.ShouldBe(latter.Directory);
        latter.Orders.ShouldHaveSingleItem().Replaces.ShouldBeNull();
    }

    /// <summary>The account of a CA that had forgotten it was used for good.</summary>
    [Fact]
    public async Task Account_ThatTheCaHasForgotten_IsMadeAnewWithinTheSameTry()
    {
        await using var rig = new ManagerRig();
        await using var ca = await ScriptedCa.StartAsync(new CaOptions { Time = rig.Time });
        rig.Start(Issuer(ca));
        rig.Manager.Want("first.example.com");
        await rig.UntilAsync("the first is issued", IsIssued, "first.example.com");
        await rig.RestartAsync("first.example.com");
        ca.Script(CaStep.NewOrder, CaReply.Problem("accountDoesNotExist", "who are you?", 400));
        rig.Manager.Want(Name);
        await rig.UntilAsync("it is issued", IsIssued, Name);
        ca.Count(CaStep.NewAccount).ShouldBe(2);
        rig.OpenOrders.ShouldBeEmpty();
    }

    [Fact]
    public async Task RetryAfter_ForTheAccount_IsObeyedByEveryName()
    {
        await using var rig = new ManagerRig();
        await using var ca = await ScriptedCa.StartAsync(new CaOptions { Time = rig.Time });
        ca.Script(CaStep.NewAccount, CaReply.RateLimited("7200"));
        rig.Start(Issuer(ca));
        rig.Manager.Want(Name);
        await rig.UntilAsync("the try has failed", HasFailed, Name);
        var asked = ca.Requests.Count;
        rig.Manager.Want("other.example.com");
        await rig.UntilAsync("the other name is held", state => state is { Held: not null, Phase: null }, "other.example.com");
        await rig.RestartAsync(Name, "other.example.com");
        await rig.UntilAsync("the other name is held", state => state is { Held: not null, Phase: null }, "other.example.com");
        ca.Requests.Count.ShouldBe(asked);
    }

    /// <summary>Which of its limits it was is told by the address of the explanation: in the CA's words, or as a link beside them.</summary>
    [Theory]
    [InlineData("see https://letsencrypt.org/docs/rate-limits/#new-certificates-per-registered-domain", null)]
    [InlineData("too many", "https://ca.example/limits#new-certificates-per-registered-domain")]
    public async Task RetryAfter_ForADomain_IsObeyedByItsNamesAlone(string words, string? help)
    {
        await using var rig = new ManagerRig();
        await using var ca = await ScriptedCa.StartAsync(new CaOptions { Time = rig.Time });
        List<(string, string)> headers = [("Retry-After", "7200")];
        if (help is not null) headers.Add(("Link", $"<{help}>;rel=\"help\""));
        ca.Script(CaStep.NewOrder, CaReply.Problem("rateLimited", words, 429, [.. headers]));
        rig.Start(Issuer(ca));
        rig.Manager.Want(Name);
        await rig.UntilAsync("the try has failed", HasFailed, Name);
        await rig.RestartAsync(Name, "shop.example.com", "www.example.org");
        await rig.UntilAsync("a name of another domain is issued", IsIssued, "www.example.org");
        await rig.UntilAsync("one of the same domain is held", state => state is { Held: not null, Phase: null }, "shop.example.com");
        ca.Orders.Count.ShouldBe(1);
    }

    [Theory]
    [InlineData("rateLimited", "Your account is temporarily prevented from requesting certificates for www.example.com and possibly others. Please visit: https://portal.ca.example/unpause?jwt=abc")]
    [InlineData("accountPaused", "Orders for www.example.com are paused. See https://portal.ca.example/unpause?jwt=abc")]
    public async Task Name_PausedByTheCa_IsToldWithItsWordsAndLeftAloneForADay(string type, string words)
    {
        await using var rig = new ManagerRig();
        await using var ca = await ScriptedCa.StartAsync(new CaOptions { Time = rig.Time });
        ca.Script(CaStep.NewOrder, CaReply.Problem(type, words, 429));
        rig.Start(Issuer(ca));
        rig.Manager.Want(Name);
        await rig.UntilAsync("the try has failed", HasFailed, Name);
        await rig.RestartAsync(Name, "other.example.com");
        await rig.UntilAsync("another name is issued meanwhile", IsIssued, "other.example.com");
        var report = CertificateReports.Of(rig.Manager.Find(Name)!, null, rig.Now);
        report.State.ShouldBe(CertificateStates.Paused);
        report.Reason!.ShouldContain("https://portal.ca.example/unpause?jwt=abc");
        await rig.PassAsync(TimeSpan.FromHours(20), TimeSpan.FromMinutes(30));
        ca.Orders.Count.ShouldBe(1);

        // Whoever has been there and ended the pause need not wait.
        (await rig.Manager.RenewAsync(Name, TestContext.Current.CancellationToken)).Value!.Certificate.ShouldNotBeNull();
    }
}
