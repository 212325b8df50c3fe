using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Signalbox.Tests.Certificates.Acme.Support;

/// <summary>The keys of a <see cref="ScriptedCa"/>: two roots that certify one intermediate, which signs the leaves.</summary>
internal sealed class CaIssuer : IDisposable
{
    private readonly ECDsa _key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private readonly ECDsa _strange = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private readonly X509Certificate2 _intermediate;
    private readonly X509Certificate2 _alternate;
    private readonly DateTimeOffset _now;

    public CaIssuer(DateTimeOffset now)
    {
        _now = now;
        Root = MakeRoot("Scripted Root");
        OtherRoot = MakeRoot("Scripted Other Root");
        _intermediate = MakeIntermediate(Root, _key);
        _alternate = MakeIntermediate(OtherRoot, _key);
    }

    public X509Certificate2 Root { get; }

    public X509Certificate2 OtherRoot { get; }

    /// <summary>The chain that leads to the first root, and the one to the other.</summary>
    public (string Chain, string Alternate) Issue(byte[] signingRequest, CaOptions options)
    {
        var request = Read(signingRequest);
        var names = new SubjectAlternativeNameBuilder();
        var (dns, addresses) = Names(request);
        foreach (var name in options.ExtraName is { } extra ? [.. dns, extra] : dns) names.AddDnsName(name);
        foreach (var address in addresses) names.AddIpAddress(IPAddress.Parse(address));
        var key = options.WrongKey ? new PublicKey(_strange) : request.PublicKey;
        var leaf = new CertificateRequest(new X500DistinguishedName(""), key, HashAlgorithmName.SHA256);
        leaf.CertificateExtensions.Add(names.Build());
        leaf.CertificateExtensions.Add(new X509BasicConstraintsExtension(false, false, 0, critical: true));
        leaf.CertificateExtensions.Add(X509AuthorityKeyIdentifierExtension.CreateFromCertificate(_intermediate, includeKeyIdentifier: true, includeIssuerAndSerial: false));
        var now = options.Time.GetUtcNow();
        using var signed = leaf.Create(_intermediate.SubjectName, X509SignatureGenerator.CreateForECDsa(_key), now.AddHours(-1), now + options.CertificateLife, Serial());
        using var other = options.BrokenChain ? MakeIntermediate(Root, _strange) : null;
        var pem = signed.ExportCertificatePem() + "\n";
        return (pem + (other ?? _intermediate).ExportCertificatePem() + "\n", pem + _alternate.ExportCertificatePem() + "\n");
    }

    /// <summary>A certificate for the CA's own HTTPS on loopback, signed by the first root.</summary>
    public X509Certificate2 Server()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=scripted", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddIpAddress(IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        using var signed = request.Create(Root, _now.AddDays(-1), _now.AddDays(30), Serial());
        return signed.CopyWithPrivateKey(key);
    }

    /// <summary>The names a signing request asks for.</summary>
    public static (string[] Dns, string[] Addresses) Names(byte[] signingRequest) => Names(Read(signingRequest));

    public void Dispose()
    {
        foreach (var one in new IDisposable[] { _key, _strange, _intermediate, _alternate, Root, OtherRoot }) one.Dispose();
    }

    private static CertificateRequest Read(byte[] der) =>
        CertificateRequest.LoadSigningRequest(der, HashAlgorithmName.SHA256, CertificateRequestLoadOptions.UnsafeLoadCertificateExtensions);

    private static (string[] Dns, string[] Addresses) Names(CertificateRequest request)
    {
        var names = new X509SubjectAlternativeNameExtension(request.CertificateExtensions.Single(extension => extension.Oid?.Value == "2.5.29.17").RawData);
        return ([.. names.EnumerateDnsNames()], [.. names.EnumerateIPAddresses().Select(address => address.ToString())]);
    }

    private X509Certificate2 MakeRoot(string name)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, critical: true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, critical: false));
        return request.CreateSelfSigned(_now.AddYears(-1), _now.AddYears(20));
    }

    private X509Certificate2 MakeIntermediate(X509Certificate2 root, ECDsa key)
    {
        var request = new CertificateRequest("CN=Scripted Intermediate", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, critical: true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, critical: false));
        return request.Create(root, _now.AddMonths(-6), _now.AddYears(10), Serial());
    }

    private static byte[] Serial()
    {
        var serial = RandomNumberGenerator.GetBytes(16);
        serial[0] = (byte)((serial[0] & 0x7F) | 1);
        return serial;
    }
}
