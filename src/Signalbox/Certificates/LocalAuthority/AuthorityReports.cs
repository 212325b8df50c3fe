using System.Security.Cryptography.X509Certificates;
using Signalbox.Model;
using Signalbox.Model.Wire;

namespace Signalbox.Certificates.LocalAuthority;

/// <summary>Certificates in words, for <c>certs</c> and <c>why</c>.</summary>
internal static class AuthorityReports
{
    public static CertificateReport OfRoot(RootCertificate root, DateTimeOffset now)
    {
        var end = new DateTimeOffset(root.Certificate.NotAfter);
        return new CertificateReport(Name(root), "itself", now < end ? "valid" : "expired", end, now < end ? null : "Restart the daemon; it makes a new one.",
            $"SHA-256 {root.Fingerprint}; signs for {root.Constraints} and loopback addresses.");
    }

    public static CertificateReport Of(Leaf leaf, RootCertificate root, DateTimeOffset now)
    {
        if (!leaf.IsSignedBy(root.Certificate))
            return new CertificateReport(leaf.Host, Issuer(leaf), "expired", leaf.NotAfter, "Issued anew when the name is next asked for.",
                "The root that signed it has been replaced.");
        return leaf.IsUsable(now)
            ? new CertificateReport(leaf.Host, Name(root), "valid", leaf.NotAfter, $"Renewed from {leaf.RenewAt:yyyy-MM-dd} on while the name is in use.", null)
            : new CertificateReport(leaf.Host, Name(root), "expired", leaf.NotAfter, "Issued anew when the name is next asked for.", null);
    }

    public static CertificateReport NotIssued(string host, RootCertificate root) =>
        new(host, Name(root), "not-issued", null, "Issued when the name is first asked for over HTTPS.", null);

    public static CertificateReport Outside(string host, RootCertificate root) =>
        new(host, Name(root), CertificateStates.Unavailable, null, $"Use a name under {root.Constraints}, or add its domain to baseDomains and run “signalbox trust” again.",
            "The local authority's root may not sign for this name.");

    /// <summary>The problem of a root whose time is over or has not come: nobody believes what it signs. Null when its time is now.</summary>
    public static Problem? OutOfTime(RootCertificate root, DateTimeOffset now)
    {
        var (begin, end) = (new DateTimeOffset(root.Certificate.NotBefore), new DateTimeOffset(root.Certificate.NotAfter));
        if (now >= end)
        {
            return new Problem(ProblemType.CertificateUnavailable, ProblemSide.Daemon, Name(root), $"The root certificate ended on {end:yyyy-MM-dd}.",
                "Restart the daemon, which makes a new one, and run “signalbox trust”.");
        }

        return now >= begin
            ? null
            : new Problem(ProblemType.CertificateUnavailable, ProblemSide.System, Name(root),
                $"The root certificate begins on {begin:yyyy-MM-dd HH:mm} UTC, and the machine's clock is before that.", "Set the machine's clock.", Retry: true);
    }

    private static string Name(RootCertificate root) => root.Certificate.GetNameInfo(X509NameType.SimpleName, forIssuer: false);

    private static string Issuer(Leaf leaf) => leaf.Server.Leaf.GetNameInfo(X509NameType.SimpleName, forIssuer: true);
}
