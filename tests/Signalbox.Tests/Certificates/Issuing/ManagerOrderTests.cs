using Signalbox.Certificates.Issuing;
using Signalbox.Certificates.Issuing.Limits;
using Signalbox.Tests.Certificates.Acme.Support;
using static Signalbox.Tests.Certificates.Issuing.ManagerRig;

namespace Signalbox.Tests.Certificates.Issuing;

/// <summary>Orders that stand at a CA, and what has become of them when they are looked at again.</summary>
public sealed class ManagerOrderTests
{
    private const string Name = "www.example.com";

    private static readonly CaLimits OneFailure = CaLimits.None with { FailedAuthorizations = new RateLimit(1, TimeSpan.FromHours(5)) };

    /// <summary>A machine between the CA and us.</summary>
    private static readonly CaReply Page = CaReply.Raw(403, "text/html", "<h1>This page was blocked</h1>");

    /// <summary>A validation that had failed before the authorization was looked at for the first time was not counted, and the CA's limit came as a surprise.</summary>
    [Fact]
    public async Task Authorization_FoundInvalidAtTheFirstLook_IsCountedAsAFailedValidation()
    {
        await using var rig = new ManagerRig();
        await using var ca = await ScriptedCa.StartAsync(new CaOptions { Time = rig.Time });
        ca.Script(CaStep.Authorization, CaReply.Raw(200, "application/json", $$"""
            {
              "status": "invalid", "identifier": { "type": "dns", "value": "{{Name}}" },
              "challenges": [ { "type": "http-01", "url": "https://ca.example/challenge/1", "status": "invalid", "token": "abcdefghijklmnopqrstuv",
                "error": { "type": "urn:ietf:params:acme:error:connection", "detail": "nobody was there" } } ]
            }
            """));
        rig.Start(Issuer(ca) with { Limits = OneFailure });
        rig.Manager.Want(Name);
        await rig.UntilAsync("the try has failed", HasFailed, Name);
        rig.Manager.Find(Name)!.Known.Reason!.Text.ShouldContain("nobody was there");
        await IsHeldAsync(rig);
        ca.Orders.Count.ShouldBe(1);
    }

    /// <summary>An order the CA had found invalid meanwhile was replaced by another at once, at each start anew, and nothing of it was counted as failed.</summary>
    [Fact]
    public async Task Order_WhoseValidationFailedMeanwhile_IsAFailureOfTheNameThatCounts()
    {
        await using var rig = new ManagerRig();
        await using var ca = await ScriptedCa.StartAsync(new CaOptions { Time = rig.Time, PendingPolls = 20, PollRetryAfter = "5", Validate = _ => Task.FromResult<string?>("nobody was there") });
        rig.Start(Issuer(ca) with { Limits = OneFailure });
        rig.Manager.Want(Name);
        await rig.UntilLookedAtAsync(ca, Name);
        await rig.StopAsync();
        ca.Orders.Single().Authorizations[0].Pending = 0;
        await rig.RestartAsync(Name);
        await rig.UntilAsync("the try has ended", state => HasFailed(state) || IsIssued(state), Name);
        var known = rig.Manager.Find(Name)!.Known;
        known.Reason!.Text.ShouldContain("nobody was there");
        known.Failures.ShouldBe(1);

        // Nobody was there to answer: another challenge in the place of this one would be no better, and might not work at all.
        known.FailedChallenges.ShouldBeEmpty();
        rig.OpenOrders.ShouldBeEmpty();

        // The next start counts it too.
        await rig.RestartAsync(Name);
        await rig.IdleAsync();
        ca.Orders.Count.ShouldBe(1);
        await IsHeldAsync(rig);
        ca.Orders.Count.ShouldBe(1);
    }

    /// <summary>A daemon that was ended while the CA looked at a name left it without a certificate for another minute after the next start.</summary>
    [Fact]
    public async Task Order_WhoseValidationWasMissed_IsReplacedAtOnceAndTheNextOneIsNot()
    {
        await using var rig = new ManagerRig();
        await using var ca = await ScriptedCa.StartAsync(new CaOptions { Time = rig.Time, PendingPolls = 20, PollRetryAfter = "5", Validate = _ => Task.FromResult<string?>("nobody was there") });
        rig.Start(Issuer(ca));
        rig.Manager.Want(Name);
        for (var missed = 1; missed <= 2; missed++)
        {
            // The clock stands: nothing is waited for.
            await rig.UntilAsync("the CA is at it", _ => ca.Count(CaStep.Challenge) == missed && ca.Requests.Last().Step == CaStep.Authorization, Name);
            await rig.StopAsync();
            ca.Orders.Single(order => order.Authorizations[0].Pending > 0).Authorizations[0].Pending = 0;
            await rig.RestartAsync(Name);
        }

        // Who is ended at each look is not to order at each start.
        await rig.UntilAsync("it has failed again", state => state is { Phase: null, Known.Failures: 2 }, Name);
        rig.Manager.Find(Name)!.Known.NextTry!.Value.ShouldBe(rig.Now.AddMinutes(2), TimeSpan.FromSeconds(20));
        ca.Options.Validate = null;
        ca.Options.PendingPolls = 0;
        await rig.RestartAsync(Name);
        await rig.IdleAsync();
        ca.Orders.Count.ShouldBe(2);
        await rig.StepUntilAsync("it is issued", TimeSpan.FromSeconds(10), () => IsIssued(rig.Manager.Find(Name)));
        ca.Orders.Count.ShouldBe(3);
    }

    /// <summary>A renewal that somebody had asked for was forgotten when the daemon ended in its middle: the order stayed, with its key, and the certificate it had brought was lost.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Renewal_ByHandThatTheDaemonEndedIn_IsGoneOnWith(bool isMissed)
    {
        await using var rig = new ManagerRig();
        await using var ca = await ScriptedCa.StartAsync(new CaOptions { Time = rig.Time });
        await IssueAsync(rig, ca);
        var former = rig.Manager.Find(Name)!.Certificate!;
        if (isMissed) ca.Options.Validate = _ => Task.FromResult<string?>("nobody was there");
        await StopInRenewalAsync(rig, ca);
        ca.Orders.Single(order => order.Authorizations[0].Pending > 0).Authorizations[0].Pending = 0;
        ca.Options.PendingPolls = 0;
        ca.Options.Validate = null;
        await rig.RestartAsync(Name);

        // The clock stands: nothing is waited for.
        await rig.UntilAsync("it is renewed", state => IsIssued(state) && state!.Certificate!.NotAfter > former.NotAfter, Name);
        ca.Orders.Count.ShouldBe(isMissed ? 3 : 2);
        rig.OpenOrders.ShouldBeEmpty();
        rig.OrderKeys.ShouldBeEmpty();
        await rig.IdleAsync();
        await rig.RestartAsync(Name);
        await rig.IdleAsync();
        ca.Orders.Count.ShouldBe(isMissed ? 3 : 2);
    }

    /// <summary>By then the CA has given the order up, and nobody waits for it any more: it would cost another one.</summary>
    [Fact]
    public async Task Renewal_ByHandThatTheDaemonEndedInLongAgo_IsLeftAlone()
    {
        await using var rig = new ManagerRig();
        await using var ca = await ScriptedCa.StartAsync(new CaOptions { Time = rig.Time });
        await IssueAsync(rig, ca);
        await StopInRenewalAsync(rig, ca);
        rig.Time.SetClock(TimeSpan.FromDays(8));
        await rig.RestartAsync(Name);
        await rig.IdleAsync();
        rig.Manager.Find(Name)!.Forced.ShouldBeFalse();
        ca.Orders.Count.ShouldBe(2);
    }

    /// <summary>Whoever asked was told that it had failed; no start makes another try of it.</summary>
    [Fact]
    public async Task Renewal_ByHandThatHadFailed_IsNotTriedAtTheNextStart()
    {
        await using var rig = new ManagerRig();
        await using var ca = await ScriptedCa.StartAsync(new CaOptions { Time = rig.Time });
        await IssueAsync(rig, ca);
        ca.Script(CaStep.Finalize, Page);
        var told = rig.Manager.RenewAsync(Name, TestContext.Current.CancellationToken);
        await rig.UntilAsync("the renewal has failed", state => state is { Phase: null, Known.Failures: 1 }, Name);
        await told;
        rig.OpenOrders.ShouldHaveSingleItem();
        var asked = ca.Requests.Count;
        await rig.RestartAsync(Name);
        await rig.IdleAsync();
        ca.Requests.Count.ShouldBe(asked);

        // Asked for again, the order that stands is gone on with.
        (await rig.Manager.RenewAsync(Name, TestContext.Current.CancellationToken)).Value!.Known.Failures.ShouldBe(0);
        ca.Orders.Count.ShouldBe(2);
    }

    /// <summary>What the CA gave up for another reason is a failure too, of which it counts nothing.</summary>
    [Fact]
    public async Task Order_ThatTheCaGaveUpMeanwhile_IsTriedAnewAfterAWhile()
    {
        await using var rig = new ManagerRig();
        await using var ca = await ScriptedCa.StartAsync(new CaOptions { Time = rig.Time, ProcessingPolls = 30, PollRetryAfter = "30" });
        rig.Start(Issuer(ca) with { Limits = OneFailure });
        rig.Manager.Want(Name);
        await rig.UntilAsync("the order is processing", _ => ca.Orders.Any(order => order.Status == "processing"), Name);
        await rig.StopAsync();
        ca.Orders.Single().Failure = "the signer broke";
        ca.Options.ProcessingPolls = 0;
        await rig.RestartAsync(Name);
        await rig.UntilAsync("the try has ended", state => HasFailed(state) || IsIssued(state), Name);
        rig.Manager.Find(Name)!.Known.Reason!.Text.ShouldContain("the signer broke");
        ca.Orders.Count.ShouldBe(1);
        await rig.StepUntilAsync("it is issued", TimeSpan.FromSeconds(10), () => IsIssued(rig.Manager.Find(Name)));
        ca.Orders.Count.ShouldBe(2);
    }

    /// <summary>An order that ran out while nothing of ours ran has not failed.</summary>
    [Fact]
    public async Task Order_ThatRanOutMeanwhile_IsReplacedAtOnce()
    {
        await using var rig = new ManagerRig();
        await using var ca = await ScriptedCa.StartAsync(new CaOptions { Time = rig.Time, PendingPolls = 20, PollRetryAfter = "5" });
        rig.Start(Issuer(ca));
        rig.Manager.Want(Name);
        await rig.UntilLookedAtAsync(ca, Name);
        await rig.StopAsync();
        ca.Options.PendingPolls = 0;
        ca.Orders.Single().Failure = "it expired";
        rig.Time.SetClock(TimeSpan.FromDays(8));
        await rig.RestartAsync(Name);

        // The clock stands: nothing is waited for.
        await rig.UntilAsync("it is issued", IsIssued, Name);
        ca.Orders.Count.ShouldBe(2);
    }

    /// <summary>A page of a machine in between ended the order, and with it a certificate that was issued already.</summary>
    [Theory]
    [MemberData(nameof(OrderSteps.All), MemberType = typeof(OrderSteps))]
    public async Task Answer_ThatIsNotTheCas_LeavesTheOrderAsItIs(string step)
    {
        await using var rig = new ManagerRig();
        await using var ca = await ScriptedCa.StartAsync(new CaOptions { Time = rig.Time, ProcessingPolls = 1 });

        // The second page is met by the next try, where it asks for what it found open.
        ca.Script(Enum.Parse<CaStep>(step), Page);
        rig.Start(Issuer(ca));
        rig.Manager.Want(Name);
        await rig.UntilAsync("the try has failed", HasFailed, Name);
        rig.Manager.Find(Name)!.Known.Reason!.Text.ShouldContain("without a problem document");
        ca.Script(CaStep.Order, Page);
        await rig.RestartAsync(Name);
        await rig.StepUntilAsync("it is issued", TimeSpan.FromSeconds(10), () => IsIssued(rig.Manager.Find(Name)));
        ca.Orders.Count.ShouldBe(1);
        ca.Complaints.ShouldBeEmpty();
        rig.OrderKeys.ShouldBeEmpty();
    }

    /// <summary>It may be all that a CA says of an order it has lost.</summary>
    [Fact]
    public async Task Answer_ThatIsNotTheCasForAnHour_EndsTheOrder()
    {
        await using var rig = new ManagerRig();
        await using var ca = await ScriptedCa.StartAsync(new CaOptions { Time = rig.Time });
        ca.Script(CaStep.Certificate, [.. Enumerable.Repeat(Page, 100)]);
        rig.Start(Issuer(ca));
        var begun = rig.Now;
        rig.Manager.Want(Name);
        await rig.UntilAsync("the try has failed", HasFailed, Name);
        await rig.RestartAsync(Name);
        await rig.StepUntilAsync("another is placed", TimeSpan.FromMinutes(1), () => ca.Orders.Count > 1);
        (rig.Now - begun).ShouldBeInRange(TimeSpan.FromHours(1), TimeSpan.FromHours(2.5));
        rig.OpenOrders.Count.ShouldBeLessThanOrEqualTo(1);
    }

    /// <summary>The next try is not made: the one failed validation that is allowed has been.</summary>
    private static async Task IsHeldAsync(ManagerRig rig)
    {
        await rig.StepUntilAsync("the next try is due", TimeSpan.FromSeconds(10), () => rig.Manager.Find(Name) is { Held: not null } or { Certificate: not null });
        rig.Manager.Find(Name)!.Held!.Problem.Text.ShouldContain($"failed validations of {Name}");
    }

    /// <summary>A name with a certificate of an hour's age.</summary>
    private static async Task IssueAsync(ManagerRig rig, ScriptedCa ca)
    {
        rig.Start(Issuer(ca));
        rig.Manager.Want(Name);
        await rig.UntilAsync("it is issued", IsIssued, Name);
        await rig.PassAsync(TimeSpan.FromHours(1), TimeSpan.FromMinutes(10));
    }

    /// <summary>Somebody asks for a renewal, and the daemon ends while the CA, which takes its time, looks at the name.</summary>
    private static async Task StopInRenewalAsync(ManagerRig rig, ScriptedCa ca)
    {
        (ca.Options.PendingPolls, ca.Options.PollRetryAfter) = (20, "5");
        var told = rig.Manager.RenewAsync(Name, TestContext.Current.CancellationToken);
        await rig.UntilAsync("the CA is at it", _ => ca.Count(CaStep.Challenge) == 2 && ca.Requests.Last().Step == CaStep.Authorization, Name);
        await rig.StopAsync();
        await Should.ThrowAsync<OperationCanceledException>(told);
    }
}
