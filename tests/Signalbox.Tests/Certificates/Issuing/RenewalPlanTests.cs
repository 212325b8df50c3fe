using Signalbox.Certificates.Issuing;

namespace Signalbox.Tests.Certificates.Issuing;

public sealed class RenewalPlanTests
{
    private static readonly DateTimeOffset Start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData(6, 4)]
    [InlineData(45, 30)]
    [InlineData(90, 60)]
    [InlineData(398, 265.33)]
    public void Without_AnyLifetime_IsTwoThirdsOfIt(int days, double due)
    {
        var plan = RenewalPlan.Without(Start, Start.AddDays(days));
        (plan.At - Start).TotalDays.ShouldBe(due, 0.01);
        plan.IsDue(Start, Start.AddDays(days), Start.AddDays(due - 0.1)).ShouldBeFalse();
        plan.IsDue(Start, Start.AddDays(days), Start.AddDays(due + 0.1)).ShouldBeTrue();
    }

    [Fact]
    public void Within_TheSameWindow_KeepsTheTimeDrawnOnce()
    {
        var window = new RenewalWindow(Start.AddDays(50), Start.AddDays(52));
        var plan = RenewalPlan.Within(window, null, 0.25);
        plan.At.ShouldBe(Start.AddDays(50.5));
        RenewalPlan.Within(window with { }, plan, 0.9).ShouldBeSameAs(plan);
    }

    [Fact]
    public void Within_AWindowThatMoved_DrawsAnew()
    {
        var plan = RenewalPlan.Within(new RenewalWindow(Start.AddDays(50), Start.AddDays(52)), null, 0.25);
        RenewalPlan.Within(new RenewalWindow(Start, Start.AddHours(1)), plan, 0.5).At.ShouldBe(Start.AddMinutes(30));
    }

    [Fact]
    public void IsDue_WindowBeyondTheEnd_TheEndIsNotWaitedFor()
    {
        var end = Start.AddDays(40);
        var plan = new RenewalPlan(end.AddDays(3), new RenewalWindow(end.AddDays(2), end.AddDays(4)));
        plan.DueAt(Start, end).ShouldBe(Start.AddDays(36));
    }

    /// <summary>A CA whose window always lies in the past was asked for one certificate after the other.</summary>
    [Theory]
    [InlineData(90, 24)]
    [InlineData(6, 7.2)]
    public void DueAt_WindowInThePast_WaitsForSomeAge(int days, double hours)
    {
        var plan = new RenewalPlan(Start.AddDays(-3), new RenewalWindow(Start.AddDays(-4), Start.AddDays(-2)));
        plan.DueAt(Start, Start.AddDays(days)).ShouldBe(Start.AddHours(hours));
    }

    [Fact]
    public void NextTry_NearTheEnd_WaitsAnHourAtMost()
    {
        var end = Start.AddDays(40);
        var late = end.AddDays(-1);
        RenewalPlan.NextTry(late.AddHours(6), Start, end, late).ShouldBe(late.AddHours(1));
        RenewalPlan.NextTry(late.AddMinutes(5), Start, end, late).ShouldBe(late.AddMinutes(5));
        var early = Start.AddDays(28);
        RenewalPlan.NextTry(early.AddHours(6), Start, end, early).ShouldBe(early.AddHours(6));
    }

    [Fact]
    public void BackOff_NthFailure_FollowsTheTableWithinItsJitter()
    {
        int[] minutes = [1, 2, 2, 5, 10, 10, 20];
        for (var failures = 1; failures <= minutes.Length; failures++)
        {
            BackOff.After(failures, 0).TotalMinutes.ShouldBe(minutes[failures - 1] * 0.9, 0.001);
            BackOff.After(failures, 0.5).TotalMinutes.ShouldBe(minutes[failures - 1], 0.001);
            BackOff.After(failures, 1).TotalMinutes.ShouldBe(minutes[failures - 1] * 1.1, 0.001);
        }

        BackOff.After(1000, 0.5).ShouldBe(TimeSpan.FromHours(6));
    }
}
