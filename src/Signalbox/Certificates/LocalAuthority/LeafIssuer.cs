using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Signalbox.Certificates.LocalAuthority;

/// <summary>Signs leaves with the root. Pure computation, well under a millisecond; safe to call from several threads.</summary>
internal sealed class LeafIssuer(RootCertificate root)
{
    /// <summary>
    /// Fourteen days: far below the 398 days browsers allow public and the 825 days Apple allows private authorities, so a leaf that leaks with a project's
    /// directory is soon worth nothing; long enough that a machine back from a weekend has not one expired.
    /// </summary>
    public static readonly TimeSpan Life = TimeSpan.FromDays(14);

    // An ECDsa is not promised to be safe for concurrent use.
    private readonly Lock _signing = new();

    /// <summary>A new key and leaf for exactly this host or address, and nothing beside it.</summary>
    public Leaf Issue(string host, DateTimeOffset now)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest(Subject(host), key, HashAlgorithmName.SHA256);
        var extensions = request.CertificateExtensions;
        extensions.Add(new X509BasicConstraintsExtension(certificateAuthority: false, hasPathLengthConstraint: false, pathLengthConstraint: 0, critical: true));
        extensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature, critical: true));
        extensions.Add(new X509EnhancedKeyUsageExtension([new Oid(RootCertificate.ServerAuthentication)], critical: false));
        extensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, critical: false));
        extensions.Add(X509AuthorityKeyIdentifierExtension.CreateFromCertificate(root.Certificate, includeKeyIdentifier: true, includeIssuerAndSerial: false));
        extensions.Add(AlternativeName(host));

        // A leaf that outlives its root is refused by some; near the root's end the leaf ends with it.
        var end = new DateTimeOffset(root.Certificate.NotAfter) is var rootEnd && rootEnd < now + Life ? rootEnd : now + Life;
        X509Certificate2 signed;
        lock (_signing)
        {
            var signer = X509SignatureGenerator.CreateForECDsa(root.Key);
            signed = request.Create(root.Certificate.SubjectName, signer, now - RootCertificate.ClockSkew, end, RootCertificate.Serial());
        }

        using (signed)
        {
            var pem = key.ExportPkcs8PrivateKeyPem() + "\n" + signed.ExportCertificatePem() + "\n";
            return new Leaf(host, TlsKey.Usable(signed.CopyWithPrivateKey(key)), pem);
        }
    }

    /// <summary>
    /// The common name is for people, who see it in a browser's certificate view; programs read the alternative name. An address is left out of it: some
    /// verifiers take a common name for a DNS name when there is no DNS alternative name, and an address is outside the root's DNS subtrees.
    /// </summary>
    private static X500DistinguishedName Subject(string host)
    {
        var name = new X500DistinguishedNameBuilder();
        name.AddOrganizationName("Signalbox local certificate");

        // ub-common-name is 64 (RFC 5280 appendix A.1).
        if (host.Length <= 64 && !IPAddress.TryParse(host, out _)) name.AddCommonName(host);
        return name.Build();
    }

    private static X509Extension AlternativeName(string host)
    {
        var names = new SubjectAlternativeNameBuilder();
        if (IPAddress.TryParse(host, out var address)) names.AddIpAddress(address);
        else names.AddDnsName(host);
        return names.Build();
    }
}
