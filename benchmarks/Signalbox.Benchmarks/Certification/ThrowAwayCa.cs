using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Signalbox.Certificates.Acme.Chains;

namespace Signalbox.Benchmarks.Certification;

/// <summary>A CA for one run: a root, and an intermediate that signs; like the public ones, which never sign with their root.</summary>
internal sealed class ThrowAwayCa : IDisposable
{
    private const string SignedBy = "bench intermediate";

    private readonly DateTimeOffset _now = DateTimeOffset.UtcNow;
    private readonly ECDsa _rootKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private readonly ECDsa _key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private readonly X509Certificate2 _root;
    private readonly X509Certificate2 _intermediate;
    private readonly X509AuthorityKeyIdentifierExtension _issuer;

    public ThrowAwayCa()
    {
        _root = Authority("bench root", _rootKey).CreateSelfSigned(_now.AddDays(-2), _now.AddDays(200));
        using var bare = Authority(SignedBy, _key).Create(_root, _now.AddDays(-2), _now.AddDays(150), Serial());
        _intermediate = bare.CopyWithPrivateKey(_key);
        _issuer = X509AuthorityKeyIdentifierExtension.CreateFromCertificate(_intermediate, includeKeyIdentifier: true, includeIssuerAndSerial: false);
    }

    public string RootPem => _root.ExportCertificatePem();

    /// <summary>Certificates of 90 days, a day old, each with a key of its own (ECDSA P-256). Made on all cores.</summary>
    public IReadOnlyList<StoredCertificate> Issue(IEnumerable<string> names) => [.. names.AsParallel().AsOrdered().Select(Issue)];

    public void Dispose()
    {
        _root.Dispose();
        _intermediate.Dispose();
        _rootKey.Dispose();
        _key.Dispose();
    }

    private StoredCertificate Issue(string name)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName(name);
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(_issuer);
        using var leaf = request.Create(_intermediate, _now.AddDays(-1), _now.AddDays(89), Serial());
        return new StoredCertificate(name, key.ExportPkcs8PrivateKeyPem(), leaf.ExportCertificatePem(), _intermediate.ExportCertificatePem())
        {
            NotBefore = leaf.NotBefore, NotAfter = leaf.NotAfter, Id = CertificateId.Of(leaf)!, SignedBy = SignedBy,
        };
    }

    private static CertificateRequest Authority(string name, ECDsa key)
    {
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: true, false, 0, critical: true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, critical: false));
        return request;
    }

    /// <summary>RFC 5280 4.1.2.2: positive; the first octet's upper bit is off.</summary>
    private static byte[] Serial()
    {
        var serial = RandomNumberGenerator.GetBytes(16);
        serial[0] &= 0x7f;
        serial[0] |= 0x40;
        return serial;
    }
}
