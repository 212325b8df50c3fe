using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Signalbox.Benchmarks.Frame;

/// <summary>The certificate that the other routers serve. Of the same kind as Signalbox issues for itself: ECDSA P-256, signed by a P-256 root.</summary>
internal static class Certificates
{
    public static void Write(Workshop workshop)
    {
        var now = DateTimeOffset.UtcNow;
        using var rootKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var rootRequest = new CertificateRequest("CN=bench root", rootKey, HashAlgorithmName.SHA256);
        rootRequest.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: true, false, 0, critical: true));
        using var root = rootRequest.CreateSelfSigned(now.AddHours(-1), now.AddDays(2));

        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=bench.localhost", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName("bench.localhost");
        names.AddDnsName("*.bench.localhost");
        request.CertificateExtensions.Add(names.Build());
        using var leaf = request.Create(root, now.AddHours(-1), now.AddDays(1), RandomNumberGenerator.GetBytes(16));
        File.WriteAllText(workshop.CertificateFile, $"{leaf.ExportCertificatePem()}\n");
        File.WriteAllText(workshop.KeyFile, $"{key.ExportPkcs8PrivateKeyPem()}\n");
        File.WriteAllText(workshop.BundleFile, $"{leaf.ExportCertificatePem()}\n{key.ExportPkcs8PrivateKeyPem()}\n");
    }
}
