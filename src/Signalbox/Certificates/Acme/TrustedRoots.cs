using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Signalbox.Model;

namespace Signalbox.Certificates.Acme;

/// <summary>Roots that a private CA's HTTPS leads to.</summary>
/// <param name="Certificates">At least one.</param>
/// <param name="Only">True when they stand in place of the system's, false when beside them.</param>
internal sealed record TrustedRoots(X509Certificate2Collection Certificates, bool Only = false)
{
    /// <summary>Every certificate of a PEM text, or of a single one in DER; the problem when there is none.</summary>
    public static Outcome<TrustedRoots> Read(string subject, ReadOnlyMemory<byte> file, bool only = false)
    {
        var found = new X509Certificate2Collection();
        try
        {
            found.ImportFromPem(System.Text.Encoding.UTF8.GetString(file.Span));
            if (found.Count == 0) found.Add(X509CertificateLoader.LoadCertificate(file.Span));
        }
        catch (CryptographicException e)
        {
            return new Problem(ProblemType.InvalidConfig, ProblemSide.Request, subject, $"This is no file of root certificates: {e.Message}", "Give a PEM file with at least one CERTIFICATE block.");
        }

        return new TrustedRoots(found, only);
    }

    public bool Equals(TrustedRoots? other) => other is not null && Only == other.Only && Thumbprints.SequenceEqual(other.Thumbprints);

    public override int GetHashCode() => HashCode.Combine(Only, Certificates.Count);

    private IEnumerable<string> Thumbprints => Certificates.Select(certificate => certificate.Thumbprint);
}
