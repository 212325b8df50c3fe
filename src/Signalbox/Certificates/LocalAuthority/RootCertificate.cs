using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Signalbox.Model;

namespace Signalbox.Certificates.LocalAuthority;

/// <summary>A root with its private key, and what it may sign for.</summary>
internal sealed record RootCertificate(X509Certificate2 Certificate, ECDsa Key, NameConstraints Constraints)
{
    /// <summary>Ten years: longer than any machine's setup lasts, and the constraints make a long life harmless.</summary>
    private const int LifeYears = 10;

    /// <summary>Clocks of containers and virtual machines run behind by minutes, never by an hour.</summary>
    public static readonly TimeSpan ClockSkew = TimeSpan.FromHours(1);

    /// <summary>id-kp-serverAuth (RFC 5280 4.2.1.12). On the root too: whoever honours it there takes the root for TLS servers alone, not for mail or programs.</summary>
    public const string ServerAuthentication = "1.3.6.1.5.5.7.3.1";

    /// <summary>Upper-case hex of the certificate's SHA-256.</summary>
    public string Fingerprint => Certificate.GetCertHashString(HashAlgorithmName.SHA256);

    /// <summary>Draws a key and signs a root with it. Nothing touches the disk.</summary>
    /// <param name="constraints">What the root may sign for.</param>
    /// <param name="person">Whose root it is, such as <c>ann@laptop</c>; told in lists of authorities.</param>
    /// <param name="now">The time the root begins, less the skew.</param>
    public static RootCertificate Make(NameConstraints constraints, string person, DateTimeOffset now)
    {
        var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest(Subject(person, key), key, HashAlgorithmName.SHA256);
        var extensions = request.CertificateExtensions;
        extensions.Add(new X509BasicConstraintsExtension(certificateAuthority: true, hasPathLengthConstraint: true, pathLengthConstraint: 0, critical: true));
        extensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign, critical: true));
        extensions.Add(new X509EnhancedKeyUsageExtension([new Oid(ServerAuthentication)], critical: false));
        extensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, critical: false));
        extensions.Add(constraints.ToExtension());
        var certificate = request.Create(request.SubjectName, X509SignatureGenerator.CreateForECDsa(key), now - ClockSkew, now.AddYears(LifeYears), Serial());
        return new RootCertificate(certificate, key, constraints);
    }

    /// <summary>
    /// Sixteen random bytes: RFC 5280 4.1.2.2 allows 20 and wants a positive number, so the top bit is cleared; the next is set so that the encoding's
    /// length never varies.
    /// </summary>
    public static byte[] Serial()
    {
        var serial = RandomNumberGenerator.GetBytes(16);
        serial[0] = (byte)((serial[0] & 0x7f) | 0x40);
        return serial;
    }

    /// <summary>
    /// Every root gets a subject of its own (digits of its key in OU): NSS keeps certificates of one subject under one nickname, and two homes of one
    /// person on one machine must stay apart there.
    /// </summary>
    private static X500DistinguishedName Subject(string person, ECDsa key)
    {
        var name = new X500DistinguishedNameBuilder();
        name.AddOrganizationName("Signalbox");
        name.AddOrganizationalUnitName(Naming.Hash(Convert.ToHexString(key.ExportSubjectPublicKeyInfo())));
        var common = $"Signalbox local authority ({person})";

        // ub-common-name is 64 (RFC 5280 appendix A.1).
        name.AddCommonName(common.Length <= 64 ? common : common[..62] + "…)");
        return name.Build();
    }
}
