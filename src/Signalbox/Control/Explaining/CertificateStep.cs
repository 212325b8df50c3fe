using Signalbox.Model.Wire;

namespace Signalbox.Control.Explaining;

/// <summary>What <c>why</c> says of a name's certificate: its state, what is the reason, and what is next. Pure.</summary>
internal static class CertificateStep
{
    private const string Step = "certificate";

    /// <param name="report">What is known of the certificate.</param>
    /// <param name="isSecure">The name is served over HTTPS, with this certificate.</param>
    public static WhyStep Of(CertificateReport report, bool isSecure)
    {
        if (!isSecure) return new WhyStep(Step, "warning", IsNever(report) ? $"no certificate can be had for this name; it is served over http. {report.Reason}".TrimEnd() : $"{report.State}: {Words(report)}");
        if (report.NotAfter is not { } end) return new WhyStep(Step, "ok", $"{report.State}: {report.NextStep ?? "issued at first use"}");
        var (from, until) = ($"from {report.Issuer}", $"{end:yyyy-MM-dd HH:mm} UTC");
        return report.State switch
        {
            // Where there is a reason, a newer one could not be had or used.
            CertificateStates.Valid or CertificateStates.Issued => report.Reason is null
                ? new WhyStep(Step, "ok", $"{report.State}, {from}, until {until}")
                : new WhyStep(Step, "warning", $"{report.State}, {from}, until {until}. {Words(report)}"),
            CertificateStates.Renewing or CertificateStates.Revoking => new WhyStep(Step, "ok", $"{report.State}, {from}, until {until}. {report.NextStep}"),

            // One that has ended is shown for want of another, and clients refuse it.
            _ => new WhyStep(Step, "warning", $"{report.State}: the last one, {from}, ended at {until}. {Words(report)}"),
        };
    }

    /// <summary>What somebody does who asks for HTTPS where there is none.</summary>
    /// <param name="report">What is known of the certificate.</param>
    /// <param name="url">Where the name is served meanwhile.</param>
    public static string Advice(CertificateReport report, string url) =>
        IsNever(report) ? $"Use {url}, or a name under one of the base domains." : $"Use {url} until there is one; `signalbox cert show {report.Name}` tells more.";

    private static bool IsNever(CertificateReport report) => report.State == CertificateStates.Unavailable;

    private static string Words(CertificateReport report) => $"{report.Reason} {report.NextStep}".Trim();
}
