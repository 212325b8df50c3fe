using Signalbox.Certificates.Issuing;
using Signalbox.Certificates.Issuing.Limits;
using Signalbox.Tests.Certificates.Acme.Support;
using static Signalbox.Tests.Certificates.Issuing.ManagerRig;

namespace Signalbox.Tests.Certificates.Issuing;

/// <summary>Renewals: when they come, how the CA is told of them, and what they cost of its limits.</summary>
public sealed class ManagerRenewalTests
{
    private const string Name = "www.example.com";

    [Fact]
    public async Task Renewal_InTheCasWindow_IsToldAsOneAndDrawnOnce()
    {
        await using var rig = new ManagerRig();
        var begun = rig.Now;
        var window = (Start: begun.AddDays(20), End: begun.AddDays(22));
        await using var ca = await ScriptedCa.StartAsync(new CaOptions { Time = rig.Time, RenewalWindow = _ => window, RenewalRetryAfter = "21600" });
        rig.Start(Issuer(ca));
        rig.Manager.Want(Name);
        await rig.UntilAsync("the window is known", state => state?.Certificate?.Plan.Window is not null, Name);
        var first = rig.Manager.Find(Name)!.Certificate!;
        first.Plan.At.ShouldBe(begun.AddDays(21), TimeSpan.FromSeconds(1));

        // Another draw would be another time: neither a restart nor the next look, which finds the same window, makes one.
        rig.Options = rig.Options with { Draw = () => 0.9 };
        await rig.RestartAsync(Name);
        var looks = ca.Count(CaStep.RenewalInfo);
        await rig.StepUntilAsync("the CA has been asked again", TimeSpan.FromHours(1), () => ca.Count(CaStep.RenewalInfo) > looks && rig.Manager.Find(Name)!.Certificate!.AskAt > rig.Now);
        rig.Manager.Find(Name)!.Certificate!.Plan.ShouldBe(first.Plan);
        window = (begun.AddDays(60), begun.AddDays(62));
        await rig.StepUntilAsync("the next look has moved the plan", TimeSpan.FromHours(1), () => rig.Manager.Find(Name)!.Certificate!.Plan.At > begun.AddDays(60));
        window = (begun.AddDays(1), begun.AddDays(2));
        await rig.AdvanceUntilAsync("it is renewed", TimeSpan.FromHours(1), () => rig.Manager.Find(Name)!.Certificate!.Id != first.Id);
        (rig.Now - begun).ShouldBeLessThan(TimeSpan.FromDays(4));
        ca.Orders.Select(order => order.Replaces).ShouldContain(first.Id);
    }

    [Fact]
    public async Task Renewal_WithoutAWindow_ComesAtTwoThirdsAndNotForNamesNobodyClaims()
    {
        await using var rig = new ManagerRig();
        await using var ca = await ScriptedCa.StartAsync(new CaOptions { Time = rig.Time, CertificateLife = TimeSpan.FromDays(6) });
        rig.Start(Issuer(ca));
        rig.Manager.Want(Name);
        rig.Manager.Want("left.example.com");
        await ManagerRig.UntilAsync("both are issued", () => rig.Manager.All().Count(IsIssued) == 2);
        var first = rig.Manager.Find(Name)!.Certificate!;
        rig.Manager.Unwant("left.example.com");
        var begun = rig.Now;
        await rig.StepUntilAsync("it is renewed", TimeSpan.FromMinutes(30), () => rig.Manager.Find(Name)!.Certificate!.NotAfter > first.NotAfter);
        (rig.Now - begun).TotalDays.ShouldBe(4, 0.2);
        ca.Orders.Count.ShouldBe(3);
        rig.Book.Covers("left.example.com").ShouldBeTrue();
    }

    /// <summary>
    /// A CA that refused the certificate an order was to replace, and not because another order had replaced it, was sent the same order again and again until the
    /// certificate ended, and after its end too. It may not know the certificate, or know it as another account's.
    /// </summary>
    [Theory]
    [InlineData("alreadyReplaced", "another order has replaced it", 409)]
    [InlineData("unauthorized", "requester account did not request the certificate being replaced by this order", 403)]
    [InlineData("malformed", "request included `replaces` field, but no current certificate with serial 00aa exists", 404)]
    [InlineData("malformed", "parsing ARI CertID failed", 400)]
    public async Task Renewal_WhoseReplacesIsRefused_IsOrderedWithoutItOnce(string type, string words, int status)
    {
        await using var rig = new ManagerRig();
        await using var ca = await ScriptedCa.StartAsync(new CaOptions { Time = rig.Time });
        var first = await IssueAsync(rig, ca, rig.Now.AddDays(20), rig.Now.AddDays(22));
        ca.Script(CaStep.NewOrder, CaReply.Problem(type, words, status));
        (await rig.Manager.RenewAsync(Name, TestContext.Current.CancellationToken)).Value!.Certificate!.Id.ShouldNotBe(first);
        rig.Manager.Find(Name)!.Known.Failures.ShouldBe(0);
        Replaces(ca).ShouldBe([null, first, null]);
        rig.OpenOrders.ShouldBeEmpty();
    }

    /// <summary>A refusal of the order itself is told in the CA's words, and is no reason to ask a third time.</summary>
    [Fact]
    public async Task Renewal_ThatIsRefusedWithoutReplacesToo_HasFailed()
    {
        await using var rig = new ManagerRig();
        await using var ca = await ScriptedCa.StartAsync(new CaOptions { Time = rig.Time });
        var first = await IssueAsync(rig, ca, rig.Now.AddDays(20), rig.Now.AddDays(22));
        var refusal = CaReply.Problem("rejectedIdentifier", "not this name", 400);
        ca.Script(CaStep.NewOrder, refusal, refusal);
        var renewed = await rig.Manager.RenewAsync(Name, TestContext.Current.CancellationToken);
        renewed.Value!.Known.Failures.ShouldBe(1);
        renewed.Value.Known.Reason!.Text.ShouldContain("not this name");
        Replaces(ca).ShouldBe([null, first, null]);
        rig.OpenOrders.ShouldBeEmpty();
    }

    /// <summary>What passes by itself says nothing of what was to be replaced.</summary>
    [Theory]
    [InlineData("rateLimited", "too many new orders recently", 429)]
    [InlineData("rateLimited", "Your account is temporarily prevented from requesting certificates for www.example.com", 429)]
    [InlineData("serverInternal", "the database is away", 500)]
    public async Task Renewal_ThatIsRefusedForNow_KeepsToItsReplaces(string type, string words, int status)
    {
        await using var rig = new ManagerRig();
        await using var ca = await ScriptedCa.StartAsync(new CaOptions { Time = rig.Time });
        var first = await IssueAsync(rig, ca, rig.Now.AddDays(20), rig.Now.AddDays(22));
        ca.Script(CaStep.NewOrder, CaReply.Problem(type, words, status));
        (await rig.Manager.RenewAsync(Name, TestContext.Current.CancellationToken)).Value!.Known.Failures.ShouldBe(1);
        Replaces(ca).ShouldBe([null, first]);
    }

    /// <summary>The new account has requested no certificate yet, so it has none to replace.</summary>
    [Fact]
    public async Task Renewal_ByAnAccountThatWasMadeAnew_ReplacesNothing()
    {
        await using var rig = new ManagerRig();
        await using var ca = await ScriptedCa.StartAsync(new CaOptions { Time = rig.Time });
        var first = await IssueAsync(rig, ca, rig.Now.AddDays(20), rig.Now.AddDays(22));
        ca.Script(CaStep.NewOrder, CaReply.Problem("accountDoesNotExist", "who are you?", 400));
        (await rig.Manager.RenewAsync(Name, TestContext.Current.CancellationToken)).Value!.Known.Failures.ShouldBe(0);
        Replaces(ca).ShouldBe([null, first, null]);
        ca.Count(CaStep.NewAccount).ShouldBe(2);
    }

    [Fact]
    public async Task Renewal_OfACertificateThatHasEnded_ReplacesNothing()
    {
        await using var rig = new ManagerRig();
        await using var ca = await ScriptedCa.StartAsync(new CaOptions { Time = rig.Time });
        await IssueAsync(rig, ca, rig.Now.AddDays(60), rig.Now.AddDays(61));
        rig.Time.SetClock(TimeSpan.FromDays(400));
        rig.Time.Advance(TimeSpan.FromMinutes(1));
        await UntilAsync("it is renewed", () => ca.Orders.Count == 2 && IsIssued(rig.Manager.Find(Name)));
        Replaces(ca).ShouldBe([null, null]);
    }

    /// <summary>
    /// Every renewal that could be told as one was taken for free. The CA lets those alone pass its limits that come within the window it suggests: others brought it to
    /// refuse what our own count allowed.
    /// </summary>
    [Theory]
    [InlineData(-1, 1, true)]
    [InlineData(1, 2, false)]
    [InlineData(-2, -1, false)]
    public async Task Renewal_WithTheLimitUsedUp_IsHadWithinTheCasWindowAlone(int start, int end, bool isHad)
    {
        await using var rig = new ManagerRig();
        await using var ca = await ScriptedCa.StartAsync(new CaOptions { Time = rig.Time });
        var one = CaLimits.None with { IdenticalSet = new RateLimit(1, TimeSpan.FromDays(70)) };
        var at = rig.Now.AddDays(10);
        var first = await IssueAsync(rig, ca, at.AddDays(start), at.AddDays(end), one);
        rig.Time.SetClock(TimeSpan.FromDays(10));
        var renewed = await rig.Manager.RenewAsync(Name, TestContext.Current.CancellationToken);
        (renewed.Value!.Certificate!.Id != first).ShouldBe(isHad);
        (renewed.Value.Held is null).ShouldBe(isHad);
        Replaces(ca).ShouldBe(isHad ? [null, first] : [null]);
    }

    /// <summary>It is told as a renewal all the same: the CA then knows that the former one needs no reminder.</summary>
    [Fact]
    public async Task Renewal_OutsideOfTheCasWindow_IsToldAsOneAndCostsTheLimit()
    {
        await using var rig = new ManagerRig();
        await using var ca = await ScriptedCa.StartAsync(new CaOptions { Time = rig.Time });
        var first = await IssueAsync(rig, ca, rig.Now.AddDays(20), rig.Now.AddDays(22), CaLimits.None with { IdenticalSet = new RateLimit(2, TimeSpan.FromDays(70)) });
        (await rig.Manager.RenewAsync(Name, TestContext.Current.CancellationToken)).Value!.Held.ShouldBeNull();
        Replaces(ca).ShouldBe([null, first]);
        (await rig.Manager.RenewAsync(Name, TestContext.Current.CancellationToken)).Value!.Held!.Problem.Text.ShouldContain($"certificates for exactly {Name}");
        ca.Orders.Count.ShouldBe(2);
    }

    /// <summary>A renewal that fails in the last twentieth of the lifetime is tried where it counts, and nowhere else first.</summary>
    [Fact]
    public async Task Renewal_NearTheEnd_IsNotPractisedAtTheStagingDirectoryFirst()
    {
        await using var rig = new ManagerRig();
        await using var ca = await ScriptedCa.StartAsync(new CaOptions { Time = rig.Time, CertificateLife = TimeSpan.FromDays(6) });
        await using var staging = await ScriptedCa.StartAsync(new CaOptions { Time = rig.Time, Validate = _ => Task.FromResult<string?>("it is away") });
        rig.Start(Issuer(ca) with { Staging = staging.Directory });
        rig.Manager.Want(Name);
        await rig.UntilAsync("it is issued", IsIssued, Name);
        var end = rig.Manager.Find(Name)!.Certificate!.NotAfter;

        // A twentieth of six days are 7.2 hours.
        ca.Options.Validate = _ => Task.FromResult<string?>("it is away");
        await rig.PassAsync(end.AddHours(-7.3) - rig.Now, TimeSpan.FromMinutes(10));
        var (practised, tried) = (staging.Orders.Count, ca.Orders.Count);
        practised.ShouldBeGreaterThan(5);
        tried.ShouldBe(2);
        ca.Options.Validate = null;
        await rig.StepUntilAsync("it is renewed", TimeSpan.FromMinutes(10), () => IsIssued(rig.Manager.Find(Name)));
        ca.Orders.Count.ShouldBe(tried + 1);
        staging.Orders.Where(order => order.Made > end.AddHours(-7.2)).ShouldBeEmpty();
    }

    /// <summary>Has the name issued, and its window known. Gives the identifier of the certificate.</summary>
    private static async Task<string> IssueAsync(ManagerRig rig, ScriptedCa ca, DateTimeOffset start, DateTimeOffset end, CaLimits? limits = null)
    {
        ca.Options.RenewalWindow = _ => (start, end);
        ca.Options.RenewalRetryAfter = "21600";
        rig.Start(Issuer(ca) with { Limits = limits ?? CaLimits.None });
        rig.Manager.Want(Name);
        await rig.UntilAsync("the window is known", state => state is { Phase: null, Certificate.Plan.Window: not null }, Name);
        return rig.Manager.Find(Name)!.Certificate!.Id!;
    }

    /// <summary>What each order that was asked for was to replace, in order.</summary>
    private static IEnumerable<string?> Replaces(ScriptedCa ca) => ca.Requests.Where(request => request.Step == CaStep.NewOrder)
        .Select(request => System.Text.Json.JsonDocument.Parse(request.Payload).RootElement.TryGetProperty("replaces", out var replaces) ? replaces.GetString() : null);
}
