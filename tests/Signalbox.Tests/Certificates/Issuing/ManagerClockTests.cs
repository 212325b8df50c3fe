using Signalbox.Certificates.Issuing;
using Signalbox.Certificates.Issuing.Limits;
using Signalbox.Tests.Certificates.Acme.Support;
using static Signalbox.Tests.Certificates.Issuing.ManagerRig;

namespace Signalbox.Tests.Certificates.Issuing;

/// <summary>Clocks that are set on and back, machines that sleep, and the last days of a certificate.</summary>
public sealed class ManagerClockTests
{
    private const string Name = "www.example.com";
    private static readonly TimeSpan TenYears = TimeSpan.FromDays(3650);

    [Fact]
    public async Task Clock_SetOnWhileTheMachineSlept_IsNoticedWithinAMinute()
    {
        await using var rig = new ManagerRig();
        await using var ca = await ScriptedCa.StartAsync(new CaOptions { Time = rig.Time });
        rig.Start(Issuer(ca));
        rig.Manager.Want(Name);
        await rig.UntilAsync("it is issued", IsIssued, Name);
        await rig.IdleAsync();
        rig.Time.SetClock(TimeSpan.FromDays(61));
        rig.Time.Advance(TimeSpan.FromMinutes(1));
        await UntilAsync("it is renewed", () => ca.Orders.Count == 2 && IsIssued(rig.Manager.Find(Name)));
    }

    /// <summary>A name that failed while the clock was ten years ahead was not tried for ten years.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Clock_SetBackAfterAFailure_DoesNotPutTheNameOff(bool restarts)
    {
        await using var rig = new ManagerRig();
        var works = false;
        await using var ca = await ScriptedCa.StartAsync(new CaOptions { Time = rig.Time, Validate = _ => Task.FromResult(Volatile.Read(ref works) ? null : "it is away") });
        rig.Start(Issuer(ca));
        rig.Time.SetClock(TenYears);
        rig.Manager.Want(Name);
        await rig.UntilAsync("the try has failed", HasFailed, Name);
        Volatile.Write(ref works, true);
        rig.Time.SetClock(-TenYears);
        if (restarts) await rig.RestartAsync(Name);
        else rig.Time.Advance(TimeSpan.FromMinutes(2));
        await rig.UntilAsync("it is issued", IsIssued, Name);
    }

    /// <summary>What was spent while the clock was ten years ahead was not had back for ten years.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Clock_SetBack_TakesTheLimitsWithIt(bool restarts)
    {
        await using var rig = new ManagerRig();
        await using var ca = await ScriptedCa.StartAsync(new CaOptions { Time = rig.Time });
        rig.Start(Issuer(ca) with { Limits = CaLimits.None with { Orders = new RateLimit(1, TimeSpan.FromHours(5)) } });
        rig.Time.SetClock(TenYears);
        rig.Manager.Want("first.example.com");
        await rig.UntilAsync("the first is issued", IsIssued, "first.example.com");
        rig.Manager.Want(Name);
        await rig.UntilAsync("it is held", state => state is { Held: not null, Phase: null }, Name);
        rig.Time.SetClock(-TenYears);
        var back = rig.Now;
        if (restarts) await rig.RestartAsync("first.example.com", Name);
        rig.Time.Advance(TimeSpan.FromMinutes(1));
        await rig.UntilAsync("the limit is looked at anew", state => state is { Phase: null, Held: { } held } && held.Until < back.AddDays(1), Name);
        await rig.StepUntilAsync("it is issued", TimeSpan.FromMinutes(10), () => IsIssued(rig.Manager.Find(Name)));
        (rig.Now - back).ShouldBeInRange(TimeSpan.FromHours(4), TimeSpan.FromHours(8));
    }

    [Fact]
    public async Task Clock_SetBackBeforeTheCertificateBegan_OrdersNone()
    {
        await using var rig = new ManagerRig();
        await using var ca = await ScriptedCa.StartAsync(new CaOptions { Time = rig.Time });
        rig.Start(Issuer(ca));
        rig.Manager.Want(Name);
        await rig.UntilAsync("it is issued", IsIssued, Name);
        rig.Time.SetClock(-TenYears);
        await rig.PassAsync(TimeSpan.FromHours(3), TimeSpan.FromMinutes(10));
        await rig.RestartAsync(Name);
        await rig.PassAsync(TimeSpan.FromHours(3), TimeSpan.FromMinutes(10));
        ca.Orders.Count.ShouldBe(1);
        rig.Book.Covers(Name).ShouldBeTrue();
    }

    /// <summary>Once the next look for renewal information was overdue, a renewal that failed was tried again without a pause.</summary>
    [Fact]
    public async Task Renewal_ThatKeepsFailing_KeepsToBackOff()
    {
        await using var rig = new ManagerRig();
        var begun = rig.Now;
        await using var ca = await ScriptedCa.StartAsync(new CaOptions { Time = rig.Time, RenewalWindow = _ => (begun.AddDays(1), begun.AddDays(1.1)), RenewalRetryAfter = "21600" });
        rig.Start(Issuer(ca));
        rig.Manager.Want(Name);
        await rig.UntilAsync("the window is known", state => state?.Certificate?.Plan.Window is not null, Name);
        ca.Options.Validate = _ => Task.FromResult<string?>("it is away");
        await rig.PassAsync(TimeSpan.FromDays(4), TimeSpan.FromMinutes(20));
        var tries = ca.Orders.Count - 1;

        // Within 16 hours the waits have grown to 6 hours, and there are two days more.
        tries.ShouldBeInRange(15, 30);
        rig.Book.Covers(Name).ShouldBeTrue();
    }

    /// <summary>First emergency rule: the CA's window lies behind the end.</summary>
    [Fact]
    public async Task Window_BehindTheEnd_IsNotWaitedForInTheLastTenth()
    {
        await using var rig = new ManagerRig();
        var begun = rig.Now;
        await using var ca = await ScriptedCa.StartAsync(new CaOptions { Time = rig.Time, CertificateLife = TimeSpan.FromDays(10), RenewalWindow = _ => (begun.AddDays(11), begun.AddDays(12)), RenewalRetryAfter = "86400" });
        rig.Start(Issuer(ca));
        rig.Manager.Want(Name);
        await rig.UntilAsync("the window is known", state => state?.Certificate?.Plan.Window is not null, Name);
        await rig.StepUntilAsync("it is renewed", TimeSpan.FromHours(1), () => ca.Orders.Count == 2);
        (rig.Now - begun).TotalDays.ShouldBe(9, 0.2);
    }

    /// <summary>Second emergency rule. The hour was counted from the present time, and so was never over: near the end nothing was tried until back-off allowed it.</summary>
    [Fact]
    public async Task Renewal_ThatFailsNearTheEnd_IsTriedEachHour()
    {
        await using var rig = new ManagerRig();
        await using var ca = await ScriptedCa.StartAsync(new CaOptions { Time = rig.Time, CertificateLife = TimeSpan.FromDays(6) });
        rig.Start(Issuer(ca));
        rig.Manager.Want(Name);
        await rig.UntilAsync("it is issued", IsIssued, Name);
        var end = rig.Manager.Find(Name)!.Certificate!.NotAfter;
        ca.Options.Validate = _ => Task.FromResult<string?>("it is away");
        await rig.PassAsync(end.AddMinutes(-5) - rig.Now, TimeSpan.FromMinutes(10));

        // A twentieth of six days are 7.2 hours.
        var late = ca.Orders.Select(order => order.Made).Order().Where(made => made > end.AddHours(-7.2)).ToList();
        late.Count.ShouldBeInRange(5, 9);
        late.Zip(late.Skip(1), (one, next) => next - one).ShouldAllBe(gap => gap <= TimeSpan.FromMinutes(75));
    }
}
