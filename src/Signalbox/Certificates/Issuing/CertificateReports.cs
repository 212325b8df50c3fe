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
        if (state.Phase is { } phase) return new CertificateReport(state.Name, issuer, Word(phase, certificate is not null), certificate?.NotAfter, Doing(phase), certificate is null ? null : Good(certificate));
        if (!state.Wanted && certificate is not null)
            return new CertificateReport(state.Name, issuer, certificate.IsUsable(now) ? CertificateStates.Issued : CertificateStates.Expired, certificate.NotAfter, "Kept until it ends; it is not renewed.", "No route claims this name any more.");
        if (state.Off)
        {
            return new CertificateReport(state.Name, issuer, certificate?.IsUsable(now) == true ? CertificateStates.Issued : CertificateStates.Paused, certificate?.NotAfter,
                "Nothing is ordered until its `off: true` in certificates.names is removed.", "signalbox.yaml has no certificate ordered for this name.");
        }

        if (unready is not null && (certificate is null || !certificate.IsUsable(now)))
            return new CertificateReport(state.Name, issuer, CertificateStates.Paused, certificate?.NotAfter, unready.Advice, unready.Text);
        if (state.Held?.Cover is { } cover)
        {
            return cover.Certificate is { } shared
                ? new CertificateReport(state.Name, shared.SignedBy, CertificateStates.Issued, shared.NotAfter, $"Answered with the certificate of {cover.Wildcard}, which is renewed.", null)
                : new CertificateReport(state.Name, issuer, CertificateStates.Wanted, null, $"The certificate of {cover.Wildcard} is being had, and is for this name too.", null);
        }

        if (state.Held is { } held)
            return new CertificateReport(state.Name, issuer, certificate?.IsUsable(now) == true ? CertificateStates.Issued : CertificateStates.Paused, certificate?.NotAfter,
                held.IsClosed ? $"It goes on as soon as that has ended. {NextTry(state, now)}" : NextTry(state, now), held.Problem.Text);
        if (state.Known is { Failures: > 0, Reason: { } reason })
        {
            var usable = certificate?.IsUsable(now) == true;

            // What the CA itself puts off is no failure of the name's.
            var none = reason.Type == ProblemType.AcmeRateLimited ? CertificateStates.Paused : CertificateStates.Failed;
            return new CertificateReport(state.Name, issuer, usable ? CertificateStates.Issued : none, certificate?.NotAfter, NextTry(state, now),
                usable ? $"The renewal failed: {reason.Text}" : reason.Advice is null ? reason.Text : $"{reason.Text} {reason.Advice}");
        }

        return certificate is not null && certificate.IsUsable(now)
            ? new CertificateReport(state.Name, issuer, CertificateStates.Issued, certificate.NotAfter, $"Renewed from {certificate.DueAt:yyyy-MM-dd HH:mm} UTC on.", null)
            : new CertificateReport(state.Name, issuer, CertificateStates.Wanted, certificate?.NotAfter, "Ordered as soon as it is this name's turn.", null);
    }

    /// <summary>The same with what was looked at and found.</summary>
    public static CertificateReport Whole(NameState state, Problem? unready, DateTimeOffset now) => Of(state, unready, now) with
    {
        Evidence = [.. state.Known.Evidence.Select(one => new WhyStep(one.Step, one.Outcome, $"{one.Detail} ({one.At:yyyy-MM-dd HH:mm:ss} UTC)"))],
    };

    private static string NextTry(NameState state, DateTimeOffset now) =>
        state.OrderAt(now) is var next && next > now ? $"The next try is at {next:yyyy-MM-dd HH:mm:ss} UTC." : "It is tried again as soon as it is this name's turn.";

    private static string Good(CertificateRecord certificate) => $"The one in use is good until {certificate.NotAfter:yyyy-MM-dd HH:mm} UTC.";

    private static string Word(NamePhase phase, bool renews) => phase switch
    {
        NamePhase.Queued => CertificateStates.Wanted,
        NamePhase.Checking => CertificateStates.Checking,
        NamePhase.Ordering => CertificateStates.Ordering,
        NamePhase.Validating => CertificateStates.Validating,
        NamePhase.Waiting when !renews => CertificateStates.Validating,
        NamePhase.Revoking => CertificateStates.Revoking,
        _ => CertificateStates.Renewing,
    };

    private static string Doing(NamePhase phase) => phase switch
    {
        NamePhase.Queued => "It is this name's turn.",
        NamePhase.Checking => "The name is looked at.",
        NamePhase.Ordering => "The order is at the CA.",
        NamePhase.Validating => "The CA looks whether the name is ours.",
        NamePhase.Waiting => "The servers of its zone are waited for, until they show what the CA will look for.",
        NamePhase.Revoking => "The CA is asked to revoke the one there is.",
        _ => "A new certificate is being had; the one in use goes on.",
    };
}
