using Signalbox.Certificates.Issuing.Records;
using Signalbox.Model;
using Signalbox.Model.Wire;

namespace Signalbox.Certificates.Issuing;

/// <summary>Public certificates in words, for <c>certs</c> and <c>why</c>. Pure.</summary>
internal static class CertificateReports
{
    /// <param name="state">The name.</param>
    /// <param name="unready">Why no issuer is asked at all; null when one is.</param>
    /// <param name="now">The present time.</param>
    public static CertificateReport Of(NameState state, Problem? unready, DateTimeOffset now)
    {
        var certificate = state.Certificate;
        var issuer = certificate?.SignedBy ?? "-";
        var isGood = certificate?.IsUsable(now) == true;

        // A name with a good certificate is in line for the look at the CA's renewal information all the time, and nothing is the matter with it.
        if (state.Phase is { } phase && !(isGood && phase == NamePhase.Queued))
            return new CertificateReport(state.Name, issuer, Word(phase, isGood), certificate?.NotAfter, Doing(phase, isGood), isGood ? Good(certificate!) : Former(state));
        if (!state.Wanted && certificate is not null)
            return new CertificateReport(state.Name, issuer, isGood ? CertificateStates.Issued : CertificateStates.Expired, certificate.NotAfter, "Kept until it ends; it is not renewed.", "No route claims this name any more.");
        if (state.Off)
        {
            return new CertificateReport(state.Name, issuer, isGood ? CertificateStates.Issued : CertificateStates.Paused, certificate?.NotAfter,
                "Nothing is ordered until its `off: true` in certificates.names is removed.", "signalbox.yaml has no certificate ordered for this name.");
        }

        if (unready is not null && !isGood)
            return new CertificateReport(state.Name, issuer, CertificateStates.Paused, certificate?.NotAfter, unready.Advice, unready.Text);
        if (state.Held?.Cover is { } cover)
        {
            return cover.Certificate is { } shared
                ? new CertificateReport(state.Name, shared.SignedBy, CertificateStates.Issued, shared.NotAfter, $"Answered with the certificate of {cover.Wildcard}, which is renewed.", null)
                : new CertificateReport(state.Name, issuer, CertificateStates.Wanted, null, $"The certificate of {cover.Wildcard} is being had, and is for this name too.", null);
        }

        if (state.Held is { } held)
            return new CertificateReport(state.Name, issuer, isGood ? CertificateStates.Issued : CertificateStates.Paused, certificate?.NotAfter,
                held.IsClosed ? $"It goes on as soon as that has ended. {NextTry(state, now)}" : NextTry(state, now), held.Problem.Text);
        if (state.Known is { Failures: > 0, Reason: { } reason })
        {
            // What the CA itself puts off is no failure of the name's.
            var none = reason.Type == ProblemType.AcmeRateLimited ? CertificateStates.Paused : CertificateStates.Failed;
            return new CertificateReport(state.Name, issuer, isGood ? CertificateStates.Issued : none, certificate?.NotAfter, NextTry(state, now),
                isGood ? $"The renewal failed: {Words(reason)}" : Words(reason));
        }

        return isGood
            ? new CertificateReport(state.Name, issuer, CertificateStates.Issued, certificate!.NotAfter, Renewal(certificate), null)
            : new CertificateReport(state.Name, issuer, CertificateStates.Wanted, certificate?.NotAfter, "Ordered as soon as it is this name's turn.", state.Known.Reason is { } damage ? Words(damage) : null);
    }

    /// <summary>The same with what was looked at and found.</summary>
    public static CertificateReport Whole(NameState state, Problem? unready, DateTimeOffset now) => Of(state, unready, now) with
    {
        Evidence = [.. state.Known.Evidence.Select(one => new WhyStep(one.Step, one.Outcome, $"{one.Detail} ({one.At:yyyy-MM-dd HH:mm:ss} UTC)"))],
    };

    private static string NextTry(NameState state, DateTimeOffset now) =>
        state.OrderAt(now) is var next && next > now ? $"The next try is at {next:yyyy-MM-dd HH:mm:ss} UTC." : "It is tried again as soon as it is this name's turn.";

    private static string Renewal(CertificateRecord certificate) =>
        $"Renewed from {certificate.DueAt:yyyy-MM-dd HH:mm} UTC on.{(certificate.Explanation is { } page ? $" The CA says why: {page}" : "")}";

    private static string Good(CertificateRecord certificate) => $"The one in use is good until {certificate.NotAfter:yyyy-MM-dd HH:mm} UTC.";

    /// <summary>What came of the try before the one that runs.</summary>
    private static string? Former(NameState state) => state.Known is { Failures: > 0, Reason: { } reason } ? $"The last try failed: {Words(reason)}" : null;

    private static string Words(Problem problem)
    {
        // Foreign words may have no end of their own, and something follows them on the same line.
        var text = problem.Text is [.., not ('.' or '!' or '?')] ? problem.Text + "." : problem.Text;
        return problem.Advice is null ? text : $"{text} {problem.Advice}";
    }

    private static string Word(NamePhase phase, bool renews) => phase switch
    {
        NamePhase.Queued => CertificateStates.Wanted,
        NamePhase.Revoking => CertificateStates.Revoking,
        _ when renews => CertificateStates.Renewing,
        NamePhase.Checking => CertificateStates.Checking,
        NamePhase.Validating or NamePhase.Waiting => CertificateStates.Validating,

        // The successor of one that has ended is at the CA like any first one.
        _ => CertificateStates.Ordering,
    };

    private static string Doing(NamePhase phase, bool renews) => phase switch
    {
        NamePhase.Queued => "It is this name's turn.",
        NamePhase.Waiting => "The servers of its zone are waited for, until they show what the CA will look for.",
        NamePhase.Revoking => "The CA is asked to revoke the one there is.",
        _ when renews => "A new certificate is being had; the one in use goes on.",
        NamePhase.Checking => "The name is looked at.",
        NamePhase.Validating => "The CA looks whether the name is ours.",
        _ => "The order is at the CA.",
    };
}
