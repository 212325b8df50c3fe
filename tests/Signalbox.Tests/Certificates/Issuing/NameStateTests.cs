using Signalbox.Certificates.Issuing;
using Signalbox.Certificates.Issuing.Records;
using Signalbox.Model;

namespace Signalbox.Tests.Certificates.Issuing;

/// <summary>What is held of a name in few bytes says what the records say.</summary>
public sealed class NameStateTests
{
    private const string Name = "a.example.com";
    private static readonly DateTimeOffset Then = new(2026, 3, 1, 12, 30, 15, 123, TimeSpan.Zero);

    [Fact]
    public void Known_NothingSet_IsBlank()
    {
        new NameState(Name).Known.ShouldBe(new NameRecord(Name));
        new NameState(Name) { Known = new NameRecord(Name) }.ShouldBe(new NameState(Name));
    }

    [Fact]
    public void Known_Quiet_IsToldAsItWas()
    {
        var known = new NameRecord(Name) { Challenge = "http-01", LastTry = Then, Evidence = [new Evidence("dns", "ok", "it leads here", Then)] }.Brief();
        known.IsQuiet.ShouldBeTrue();
        var state = new NameState(Name) { Known = known };
        state.Known.ShouldBe(known);
        (state with { Wanted = true }).Known.ShouldBe(known);

        // Nothing of a quiet record is left where another has taken its place.
        (state with { Known = new NameRecord(Name) }).ShouldBe(new NameState(Name));
    }

    [Fact]
    public void Known_SaysMore_IsKeptWhole()
    {
        var failed = new NameRecord(Name)
        {
            Failures = 2, NextTry = Then.AddHours(1), LastTry = Then, Reason = new Problem(ProblemType.AcmeUnreachable, ProblemSide.System, Name, "It does not answer."), Challenge = "http-01", IsBrief = true,
        };
        new NameState(Name) { Known = failed }.Known.ShouldBe(failed);

        // Evidence at hand is not in the store yet.
        var looked = new NameRecord(Name) { Challenge = "http-01", Evidence = [new Evidence("dns", "ok", "it leads here", Then)] };
        new NameState(Name) { Known = looked }.Known.ShouldBe(looked);
    }

    [Fact]
    public void Certificate_PlanAndTimes_AreToldAsTheyWere()
    {
        var plan = new RenewalPlan(Then.AddDays(60), new RenewalWindow(Then.AddDays(59), Then.AddDays(61)));
        var record = new CertificateRecord(Name, "main", "CA", Then.ToOffset(TimeSpan.FromHours(5)), Then.AddDays(90), null) { Plan = plan };
        record.NotBefore.ShouldBe(Then);
        record.NotBefore.Offset.ShouldBe(TimeSpan.Zero);
        record.NotAfter.ShouldBe(Then.AddDays(90));
        record.Plan.ShouldBe(plan);
        record.AskAt.ShouldBeNull();
        record.DueAt.ShouldBe(plan.DueAt(record.NotBefore, record.NotAfter));
        (record with { AskAt = Then }).AskAt.ShouldBe(Then);
        (record with { Plan = RenewalPlan.Without(Then, Then.AddDays(90)) }).Plan.Window.ShouldBeNull();
    }
}
