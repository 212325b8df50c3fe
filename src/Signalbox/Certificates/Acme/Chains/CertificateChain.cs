using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace Signalbox.Certificates.Acme.Chains;

/// <summary>A certificate with those that lead from it towards a root, the certificate itself first (RFC 8555 9.1). Disposing it disposes of the leaf; the others are shared.</summary>
internal sealed class CertificateChain : IDisposable
{
    private CertificateChain(IReadOnlyList<X509Certificate2> certificates)
    {
        Certificates = certificates;
        Pem = string.Concat(certificates.Select(certificate => certificate.ExportCertificatePem() + "\n"));
    }

    /// <summary>The leaf, then each one's issuer.</summary>
    public IReadOnlyList<X509Certificate2> Certificates { get; }

    public X509Certificate2 Leaf => Certificates[0];

    /// <summary>The chain as a file holds it, written anew: nothing but certificates gets into it.</summary>
    public string Pem { get; }

    /// <summary>Reads a chain of PEM; null when there is no certificate in it, or anything else.</summary>
    public static CertificateChain? Read(ReadOnlySpan<byte> pem)
    {
        var certificates = new List<X509Certificate2>();
        var text = Encoding.UTF8.GetString(pem).AsSpan();
        try
        {
            while (PemEncoding.TryFind(text, out var found))
            {
                // A private key from a CA would be one that two know; such a file is no chain.
                if (!text[found.Label].SequenceEqual("CERTIFICATE")) return Nothing(certificates);
                var der = Convert.FromBase64String(text[found.Base64Data].ToString());
                certificates.Add(certificates.Count == 0 ? X509CertificateLoader.LoadCertificate(der) : SharedIssuers.Of(der));
                text = text[found.Location.End..];
            }
        }
        catch (CryptographicException)
        {
            return Nothing(certificates);
        }

        // A begin without its end is half a certificate: the file was cut.
        return certificates.Count == 0 || text.IndexOf("-----BEGIN") >= 0 ? Nothing(certificates) : new CertificateChain(certificates);
    }

    /// <summary>True when some certificate of the chain was issued by one of this common name: how a preferred chain is named.</summary>
    public bool IsIssuedBy(string commonName) =>
        Certificates.Any(certificate => certificate.GetNameInfo(X509NameType.SimpleName, forIssuer: true).Equals(commonName, StringComparison.OrdinalIgnoreCase));

    public void Dispose() => Leaf.Dispose();

    private static CertificateChain? Nothing(List<X509Certificate2> certificates)
    {
        if (certificates.Count > 0) certificates[0].Dispose();
        return null;
    }
}
