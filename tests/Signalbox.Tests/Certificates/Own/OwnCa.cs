using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Signalbox.Tests.Certificates.Own;

/// <summary>A CA of a test's own: a root, an intermediate that it certified, and leaves by either.</summary>
internal sealed class OwnCa : IDisposable
{
    private static readonly Oid ServerAuth = new("1.3.6.1.5.5.7.3.1"), ClientAuth = new("1.3.6.1.5.5.7.3.2");

    private readonly DateTimeOffset _now;
    private readonly ECDsa _key = ECDsa.Create(ECCurve.NamedCurves.nistP256);

    public OwnCa(DateTimeOffset? now = null)
    {
        _now = now ?? DateTimeOffset.UtcNow;
        using var rootKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        Root = Authority("Own Root", rootKey).CreateSelfSigned(_now.AddYears(-1), _now.AddYears(10));
        Intermediate = Authority("Own Intermediate", _key).Create(Root, _now.AddMonths(-6), _now.AddYears(5), Serial());
        FutureIntermediate = Authority("Own Intermediate", _key).Create(Root, _now.AddDays(1), _now.AddYears(5), Serial());
        EndedIntermediate = Authority("Own Intermediate", _key).Create(Root, _now.AddMonths(-6), _now.AddDays(-1), Serial());
    }

    public X509Certificate2 Root { get; }

    public X509Certificate2 Intermediate { get; }

    /// <summary>The same authority and key, with a time that is over.</summary>
    public X509Certificate2 EndedIntermediate { get; }

    /// <summary>The same authority and key, with a time that is to come.</summary>
    public X509Certificate2 FutureIntermediate { get; }

    public string RootPem => Root.ExportCertificatePem() + "\n";

    public string IntermediatePem => Intermediate.ExportCertificatePem() + "\n";

    /// <summary>A certificate for these names, good for 90 days of which 30 are over, with its key; by the intermediate, or by the root itself.</summary>
    public OwnLeaf Issue(params string[] names) => Issue(new LeafWish(), names);

    public OwnLeaf Issue(LeafWish wish, params string[] names)
    {
        using AsymmetricAlgorithm key = wish.IsRsa ? RSA.Create(2048) : ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var subject = new X500DistinguishedName($"CN={(names.Length > 0 ? names[0] : "nobody")}");
        var request = key is RSA rsa
            ? new CertificateRequest(subject, rsa, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1)
            : new CertificateRequest(subject, (ECDsa)key, HashAlgorithmName.SHA256);
        if (names.Length > 0)
        {
            var alternatives = new SubjectAlternativeNameBuilder();
            foreach (var name in names) alternatives.AddDnsName(name);
            request.CertificateExtensions.Add(alternatives.Build());
        }

        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([wish.IsForClients ? ClientAuth : ServerAuth], false));
        var (from, to) = (_now + (wish.From ?? TimeSpan.FromDays(-30)), _now + (wish.To ?? TimeSpan.FromDays(60)));
        using var certificate = wish.IsSelfSigned
            ? request.CreateSelfSigned(from, to)
            : request.Create((wish.ByRoot ? Root : Intermediate).SubjectName, X509SignatureGenerator.CreateForECDsa(wish.ByRoot ? Root.GetECDsaPrivateKey()! : _key), from, to, Serial());
        return new OwnLeaf(certificate.ExportCertificatePem() + "\n", key.ExportPkcs8PrivateKeyPem() + "\n", certificate.SerialNumber);
    }

    /// <summary>Another root, such as old clients know, and what it certified this one's root with: to whoever has that in a chain, the root is one more link.</summary>
    public (X509Certificate2 OldRoot, string CrossSignedPem) CrossSign()
    {
        using var oldKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var rootKey = Root.GetECDsaPrivateKey()!;
        var old = Authority("Old Root", oldKey).CreateSelfSigned(_now.AddYears(-1), _now.AddYears(10));
        using var crossSigned = Authority("Own Root", rootKey).Create(old, _now.AddMonths(-6), _now.AddYears(5), Serial());
        return (old, crossSigned.ExportCertificatePem() + "\n");
    }

    public void Dispose()
    {
        foreach (var one in new IDisposable[] { _key, Root, Intermediate, EndedIntermediate, FutureIntermediate }) one.Dispose();
    }

    private static CertificateRequest Authority(string name, ECDsa key)
    {
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, critical: true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, critical: false));
        return request;
    }

    private static byte[] Serial()
    {
        var serial = RandomNumberGenerator.GetBytes(16);
        serial[0] = (byte)((serial[0] & 0x7F) | 1);
        return serial;
    }
}

/// <summary>How a leaf is to be; times count from the present.</summary>
internal sealed record LeafWish
{
    public bool IsRsa { get; init; }

    public bool IsSelfSigned { get; init; }

    public bool ByRoot { get; init; }

    public bool IsForClients { get; init; }

    public TimeSpan? From { get; init; }

    public TimeSpan? To { get; init; }
}

/// <summary>PEM, each with its line end.</summary>
internal sealed record OwnLeaf(string Certificate, string Key, string Serial);
