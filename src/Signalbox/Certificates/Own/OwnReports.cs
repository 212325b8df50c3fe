using Signalbox.Model;
using Signalbox.Model.Wire;

namespace Signalbox.Certificates.Own;

/// <summary>Own certificates in words, for <c>certs</c> and <c>why</c>. Pure.</summary>
internal static class OwnReports
{
    public static CertificateReport Of(OwnEntry entry, DateTimeOffset now)
    {
        var state = entry.IsUsable(now) ? CertificateStates.Valid : entry.Held is null ? CertificateStates.Failed : CertificateStates.Expired;
        return new CertificateReport(entry.Name, entry.Held?.Issuer ?? "-", state, entry.Held?.NotAfter.ToUniversalTime(), Next(entry, state, now), Reason(entry));
    }

    /// <summary>Why an own certificate is not ordered, renewed or revoked here.</summary>
    /// <param name="entry">The name.</param>
    /// <param name="what">What was asked for: <c>renewed</c>, <c>revoked</c>.</param>
    public static Problem NotOurs(OwnEntry entry, string what) => new(ProblemType.InvalidRequest, ProblemSide.Request, entry.Name,
        $"The certificate of this name is your own and cannot be {what} by Signalbox.",
        entry.Import is null ? $"Have it {what} where it came from, and replace {entry.Place}; it is taken up by itself." : $"Have it {what} where it came from, and import the new one: signalbox cert import CERT KEY");

    private static string Next(OwnEntry entry, string state, DateTimeOffset now)
    {
        var way = entry.Import is null ? $"replace {entry.Place}" : "import its successor (signalbox cert import)";
        if (state == CertificateStates.Failed) return entry.Import is null ? "Served over plain HTTP until the files are mended; they are watched." : "Another certificate is used where there is one.";
        if (state == CertificateStates.Expired) return $"It does not renew itself: {way}.";
        return now >= entry.NearEnd ? $"It ends soon and does not renew itself: {way}." : entry.Import is null ? $"Your own, from {entry.Place}; not renewed here." : "Imported; not renewed here.";
    }

    private static string? Reason(OwnEntry entry)
    {
        if (entry.Refusal is not { } refusal) return entry.Notice;
        var words = $"{refusal.Subject}: {refusal.Text} {refusal.Advice}".TrimEnd();
        return entry.Held is null ? words : $"What was given last is not used: {words}";
    }
}
