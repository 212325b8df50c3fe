using Signalbox.Certificates.Issuing;
using Signalbox.Tests.Certificates.Acme.Support;
using static Signalbox.Tests.Certificates.Issuing.ManagerRig;

namespace Signalbox.Tests.Certificates.Issuing;

/// <summary>How long the manager waits for a CA, when it asks again, and when it leaves it alone.</summary>
public sealed class ManagerPatienceTests
{
    private const string Name = "www.example.com";

    /// <summary>An order that stayed ready, because the CA had answered its request with an error of its own, was looked at for five minutes and never sent the request again.</summary>
    [Fact]
    public async Task Finalize_AnsweredWithAPassingError_IsSentAgainWithinTheSameTry()
    {
        await using var rig = new ManagerRig();
        await using var ca = await ScriptedCa.StartAsync(new CaOptions { Time = rig.Time });
        var busy = CaReply.Problem("serverInternal", "the signer is busy", 503);
        ca.Script(CaStep.Finalize, busy, busy, busy);
        rig.Start(Issuer(ca));
        rig.Manager.Want(Name);
        await rig.AdvanceUntilAsync("it is issued", TimeSpan.FromSeconds(1), () => IsIssued(rig.Manager.Find(Name)));
        ca.Count(CaStep.Finalize).ShouldBe(4);
        ca.Orders.Count.ShouldBe(1);
        rig.Manager.Find(Name)!.Known.Failures.ShouldBe(0);
    }

    /// <summary>Whoever is told in the middle of an order to come back in two hours asked again each minute, until the try was over.</summary>
    [Theory]
    [MemberData(nameof(OrderSteps.All), MemberType = typeof(OrderSteps))]
    public async Task RetryAfter_InTheMiddleOfAnOrder_IsObeyedAndTheOrderGoneOnWith(string step)
    {
        await using var rig = new ManagerRig();
        await using var ca = await ScriptedCa.StartAsync(new CaOptions { Time = rig.Time, ProcessingPolls = 1 });
        ca.Script(Enum.Parse<CaStep>(step), CaReply.RateLimited("7200"));
        rig.Start(Issuer(ca));
        var begun = rig.Now;
        rig.Manager.Want(Name);
        await rig.AdvanceUntilAsync("the try has failed", TimeSpan.FromMilliseconds(50), () => HasFailed(rig.Manager.Find(Name)));
        var asked = ca.Requests.Count;
        await rig.AdvanceUntilAsync("it is issued", TimeSpan.FromMinutes(1), () =>
        {
            if (rig.Now - begun < TimeSpan.FromSeconds(7198)) ca.Requests.Count.ShouldBe(asked);
            return IsIssued(rig.Manager.Find(Name));
        });
        (rig.Now - begun).ShouldBeGreaterThan(TimeSpan.FromSeconds(7198));
        ca.Orders.Count.ShouldBe(1);
    }

    [Fact]
    public async Task RetryAfter_OfTheCa_IsObeyedAcrossARestart()
    {
        await using var rig = new ManagerRig();
        await using var ca = await ScriptedCa.StartAsync(new CaOptions { Time = rig.Time });
        ca.Script(CaStep.NewOrder, CaReply.RateLimited("7200"));
        rig.Start(Issuer(ca));
        rig.Manager.Want(Name);
        await rig.UntilAsync("the try has failed", HasFailed, Name);
        var begun = rig.Now;
        rig.Manager.Find(Name)!.Known.NextTry!.Value.ShouldBeInRange(begun.AddSeconds(7198), begun.AddSeconds(7202));
        await rig.RestartAsync(Name, "other.example.com");

        // The CA did not say which of its limits it was, so the whole account waits.
        await rig.UntilAsync("the other name is held", state => state is { Held: not null, Phase: null }, "other.example.com");
        await rig.AdvanceUntilAsync("both are issued", TimeSpan.FromMinutes(1), () => IsIssued(rig.Manager.Find(Name)) && IsIssued(rig.Manager.Find("other.example.com")));
        (rig.Now - begun).ShouldBeGreaterThan(TimeSpan.FromSeconds(7198));
        ca.Requests.Count(request => request.Step == CaStep.NewOrder).ShouldBe(3);
    }
}
