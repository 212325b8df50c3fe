using Signalbox.Certificates.Issuing;
using Signalbox.Certificates.Issuing.Records;
using Signalbox.Model;
using Signalbox.Model.Wire;

namespace Signalbox.Tests.Certificates.Issuing;

/// <summary>Each state a name can be in, and what people are told of it.</summary>
public sealed class CertificateReportsTests
{
    private const string Name = "a.example.com";
    private const string Ca = "Test CA";
    private const string Due = "Renewed from 2026-04-30 12:00 UTC on.";
    private const string InUse = "The one in use is good until 2026-05-30 12:00 UTC.";
    private const string Next = "The next try is at 2026-03-31 13:00:00 UTC.";
    private const string Turn = "It is this name's turn.";
    private static readonly DateTimeOffset Now = new(2026, 3, 31, 12, 0, 0, TimeSpan.Zero);
    private static readonly CertificateRecord Good = Record(Now.AddDays(-30), Now.AddDays(60));
    private static readonly CertificateRecord Ended = Record(Now.AddDays(-91), Now.AddDays(-1));
    private static readonly Problem Failure = new(ProblemType.AcmeRefused, ProblemSide.Request, Name, "ca.example refused: no.", "See https://ca.example/help.");
    private static readonly NameState Wanted = new(Name) { Wanted = true };
    private static readonly NameState Issued = Wanted with { Certificate = Good };
    private static readonly NameState Failed = Wanted with { Known = new NameRecord(Name) { Failures = 2, LastTry = Now, NextTry = Now.AddHours(1), Reason = Failure } };
    private static readonly Hold Limit = new(new Problem(ProblemType.AcmeRateLimited, ProblemSide.Request, Name, "The limit is used up."), Now.AddHours(1));
    private static readonly Problem NoEmail = new(ProblemType.CertificateUnavailable, ProblemSide.Request, "main", "It has no email.", "Add one.");

    private static readonly Dictionary<string, (NameState State, Problem? Unready, CertificateReport Report)> Cases = new()
    {
        ["nothing yet"] = (Wanted, null, new(Name, "-", "wanted", null, "Ordered as soon as it is this name's turn.", null)),
        ["its turn"] = (Wanted with { Phase = NamePhase.Queued }, null, new(Name, "-", "wanted", null, Turn, null)),
        ["checking"] = (Wanted with { Phase = NamePhase.Checking }, null, new(Name, "-", "checking", null, "The name is looked at.", null)),
        ["ordering"] = (Wanted with { Phase = NamePhase.Ordering }, null, new(Name, "-", "ordering", null, "The order is at the CA.", null)),
        ["validating"] = (Wanted with { Phase = NamePhase.Validating }, null, new(Name, "-", "validating", null, "The CA looks whether the name is ours.", null)),
        ["waiting for the zone"] = (Wanted with { Phase = NamePhase.Waiting }, null,
            new(Name, "-", "validating", null, "The servers of its zone are waited for, until they show what the CA will look for.", null)),
        ["tried again"] = (Failed with { Phase = NamePhase.Validating }, null,
            new(Name, "-", "validating", null, "The CA looks whether the name is ours.", "The last try failed: ca.example refused: no. See https://ca.example/help.")),
        ["issued"] = (Issued, null, new(Name, Ca, "issued", Good.NotAfter, Due, null)),
        ["issued, the CA explains itself"] = (Issued with { Certificate = Good with { Explanation = "https://ca.example/why" } }, null,
            new(Name, Ca, "issued", Good.NotAfter, $"{Due} The CA says why: https://ca.example/why", null)),
        ["issued, asks when to renew"] = (Issued with { Phase = NamePhase.Queued }, null, new(Name, Ca, "issued", Good.NotAfter, Due, null)),
        ["renewing, looked at"] = (Issued with { Phase = NamePhase.Checking }, null, new(Name, Ca, "renewing", Good.NotAfter, "A new certificate is being had; the one in use goes on.", InUse)),
        ["renewing"] = (Issued with { Phase = NamePhase.Renewing }, null, new(Name, Ca, "renewing", Good.NotAfter, "A new certificate is being had; the one in use goes on.", InUse)),
        ["renewing, waiting for the zone"] = (Issued with { Phase = NamePhase.Waiting }, null,
            new(Name, Ca, "renewing", Good.NotAfter, "The servers of its zone are waited for, until they show what the CA will look for.", InUse)),
        ["revoking"] = (Issued with { Phase = NamePhase.Revoking }, null, new(Name, Ca, "revoking", Good.NotAfter, "The CA is asked to revoke the one there is.", InUse)),
        ["ended"] = (Wanted with { Certificate = Ended }, null, new(Name, Ca, "wanted", Ended.NotAfter, "Ordered as soon as it is this name's turn.", null)),
        ["ended, its turn"] = (Wanted with { Certificate = Ended, Phase = NamePhase.Queued }, null, new(Name, Ca, "wanted", Ended.NotAfter, Turn, null)),
        ["ended, being had"] = (Wanted with { Certificate = Ended, Phase = NamePhase.Renewing }, null, new(Name, Ca, "ordering", Ended.NotAfter, "The order is at the CA.", null)),
        ["failed"] = (Failed, null, new(Name, "-", "failed", null, Next, "ca.example refused: no. See https://ca.example/help.")),
        // CAs end what they say with a full stop or without one, and what follows went on in the same sentence.
        ["failed, in words without an end"] = (Failed with { Known = Failed.Known with { Reason = Failure with { Text = "ca.example refused: no" } } }, null,
            new(Name, "-", "failed", null, Next, "ca.example refused: no. See https://ca.example/help.")),
        ["failed, its turn by now"] = (Failed with { Known = Failed.Known with { NextTry = Now.AddHours(-1) } }, null,
            new(Name, "-", "failed", null, "It is tried again as soon as it is this name's turn.", "ca.example refused: no. See https://ca.example/help.")),
        ["failed, put off by the CA"] = (Failed with { Known = Failed.Known with { Reason = Failure with { Type = ProblemType.AcmeRateLimited } } }, null,
            new(Name, "-", "paused", null, Next, "ca.example refused: no. See https://ca.example/help.")),
        ["renewal failed"] = (Failed with { Certificate = Record(Now.AddDays(-70), Now.AddDays(20)) }, null,
            new(Name, Ca, "issued", Now.AddDays(20), Next, "The renewal failed: ca.example refused: no. See https://ca.example/help.")),
        ["file damaged"] = (Wanted with { Known = new NameRecord(Name) { Reason = Failure with { Text = "The file is damaged.", Advice = null } } }, null,
            new(Name, "-", "wanted", null, "Ordered as soon as it is this name's turn.", "The file is damaged.")),
        ["held"] = (Wanted with { Held = Limit }, null, new(Name, "-", "paused", null, Next, "The limit is used up.")),
        ["held by a port"] = (Wanted with { Held = Limit with { IsClosed = true } }, null, new(Name, "-", "paused", null, $"It goes on as soon as that has ended. {Next}", "The limit is used up.")),
        ["renewal held"] = (Issued with { Certificate = Record(Now.AddDays(-70), Now.AddDays(20)), Held = Limit }, null, new(Name, Ca, "issued", Now.AddDays(20), Next, "The limit is used up.")),
        ["left to a wildcard"] = (Wanted with { Held = Limit with { Cover = new WildcardCover("*.example.com", Good) } }, null,
            new(Name, Ca, "issued", Good.NotAfter, "Answered with the certificate of *.example.com, which is renewed.", null)),
        ["left to a wildcard that is being had"] = (Wanted with { Held = Limit with { Cover = new WildcardCover("*.example.com", null) } }, null,
            new(Name, "-", "wanted", null, "The certificate of *.example.com is being had, and is for this name too.", null)),
        ["left alone"] = (Wanted with { Off = true }, null,
            new(Name, "-", "paused", null, "Nothing is ordered until its `off: true` in certificates.names is removed.", "signalbox.yaml has no certificate ordered for this name.")),
        ["issued and left alone"] = (Issued with { Off = true }, null,
            new(Name, Ca, "issued", Good.NotAfter, "Nothing is ordered until its `off: true` in certificates.names is removed.", "signalbox.yaml has no certificate ordered for this name.")),
        ["no ready issuer"] = (Wanted, NoEmail, new(Name, "-", "paused", null, "Add one.", "It has no email.")),
        ["issued, no ready issuer"] = (Issued, NoEmail, new(Name, Ca, "issued", Good.NotAfter, Due, null)),
        ["claimed by nobody"] = (Issued with { Wanted = false }, null, new(Name, Ca, "issued", Good.NotAfter, "Kept until it ends; it is not renewed.", "No route claims this name any more.")),
        ["ended and claimed by nobody"] = (Issued with { Wanted = false, Certificate = Ended }, null,
            new(Name, Ca, "expired", Ended.NotAfter, "Kept until it ends; it is not renewed.", "No route claims this name any more.")),
    };

    public static TheoryData<string> Names => [.. Cases.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void Of_EachState_TellsItsWordItsReasonAndWhatIsNext(string what)
    {
        var (state, unready, report) = Cases[what];
        CertificateReports.Of(state, unready, Now).ShouldBe(report);
    }

    /// <summary>A phase that nobody has thought of here would be told in somebody else's words.</summary>
    [Fact]
    public void Cases_Phases_AreAllThere() => Enum.GetValues<NamePhase>().Except(Cases.Values.Select(one => one.State.Phase).OfType<NamePhase>()).ShouldBeEmpty();

    [Fact]
    public void Whole_WithEvidence_TellsWhenEachThingWasFound()
    {
        var state = Issued with { Known = new NameRecord(Name) { Evidence = [new Evidence("dns", "ok", "it leads here", Now), new Evidence("caa", "unknown", "nobody answered", Now.AddSeconds(1))] } };
        CertificateReports.Whole(state, null, Now).Evidence.ShouldBe(
            [new WhyStep("dns", "ok", "it leads here (2026-03-31 12:00:00 UTC)"), new WhyStep("caa", "unknown", "nobody answered (2026-03-31 12:00:01 UTC)")]);
        CertificateReports.Of(state, null, Now).Evidence.ShouldBeNull();
    }

    private static CertificateRecord Record(DateTimeOffset from, DateTimeOffset to) => new(Name, "main", Ca, from, to, null) { Plan = RenewalPlan.Without(from, to) };
}
