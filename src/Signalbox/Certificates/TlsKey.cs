using System.Security.Cryptography.X509Certificates;

namespace Signalbox.Certificates;

/// <summary>Certificates whose key TLS can use.</summary>
internal static class TlsKey
{
    /// <summary>
    /// The certificate, which is the caller's no longer: on Linux and macOS itself, as any with its key in memory will do; Windows' TLS refuses such a key, there it goes
    /// through PKCS #12.
    /// </summary>
    public static X509Certificate2 Usable(X509Certificate2 certificate)
    {
        if (!OperatingSystem.IsWindows()) return certificate;
        using (certificate) return X509CertificateLoader.LoadPkcs12(certificate.Export(X509ContentType.Pkcs12), null);
    }
}
