using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Signalbox.Certificates.Acme.Chains;
using Signalbox.Certificates.Acme.Keys;
using Signalbox.Model;

namespace Signalbox.Certificates.Book;

/// <summary>A certificate somebody else signed, with its key and chain: as TLS wants it, and as the one text it is kept as (key, leaf, chain).</summary>
internal sealed class HeldCertificate
{
    private HeldCertificate(X509Certificate2 leaf, X509Certificate2Collection chain, string pem)
    {
        Server = new ServerCertificate(leaf, chain);
        Pem = pem;
        NotBefore = leaf.NotBefore;
        NotAfter = leaf.NotAfter;
        var names = leaf.Extensions.OfType<X509SubjectAlternativeNameExtension>().FirstOrDefault();
        Names = names is null ? [] : [.. names.EnumerateDnsNames().Select(name => name.ToLowerInvariant()), .. names.EnumerateIPAddresses().Select(address => address.ToString())];
    }

    /// <summary>The same object for as long as this one lives, so that what listeners keep beside it stays valid.</summary>
    public ServerCertificate Server { get; }

    public string Pem { get; }

    public DateTimeOffset NotBefore { get; }

    public DateTimeOffset NotAfter { get; }

    /// <summary>The alternative names, lower case: DNS names and addresses. A common name counts for nobody any more (RFC 9525 2).</summary>
    public Items<string> Names { get; }

    /// <summary>Who signed it, as people call it.</summary>
    public string Issuer => Server.Leaf.GetNameInfo(X509NameType.SimpleName, forIssuer: true);

    /// <summary>A certificate that has just come, whose chain was looked at (<see cref="ChainCheck"/>): nothing is read a second time.</summary>
    public static HeldCertificate Of(CertificateChain chain, AcmeKey key) =>
        new(TlsKey.Usable(key.Join(chain.Leaf)), [.. chain.Certificates.Skip(1)], key.ToPem() + chain.Pem);

    /// <summary>
    /// Reads certificates and key, which may stand in one text. Problems (<see cref="ProblemType.CertificateUnavailable"/>): no certificate, no key, a key under
    /// a password, a key of another certificate, text that is damaged.
    /// </summary>
    /// <param name="subject">What the problem names: a file or a host.</param>
    /// <param name="certificates">PEM, the leaf first.</param>
    /// <param name="key">PEM.</param>
    public static Outcome<HeldCertificate> Parse(string subject, string certificates, string key)
    {
        try
        {
            var chain = new X509Certificate2Collection();
            chain.ImportFromPem(certificates);
            if (chain.Count == 0) return Refused(subject, "There is no certificate in it.", "Give a PEM file with the certificate first and its chain after it.");
            using var bare = chain[0];
            chain.RemoveAt(0);
            return WithKey(subject, bare, chain, key);
        }
        catch (CryptographicException error)
        {
            return Refused(subject, $"The certificate cannot be read: {error.Message.TrimEnd('.')}.", "Give a PEM file with the certificate first and its chain after it.");
        }
    }

    private static Outcome<HeldCertificate> WithKey(string subject, X509Certificate2 bare, X509Certificate2Collection chain, string key)
    {
        if (key.Contains("ENCRYPTED", StringComparison.Ordinal))
            return Refused(subject, "The private key is under a password.", "Give it without one, in a file only this user can read: openssl pkey -in KEY -out KEY.plain");
        if (!key.Contains("PRIVATE KEY-----", StringComparison.Ordinal)) return Refused(subject, "There is no private key in it.", "Give a PEM file with the private key.");
        try
        {
            var leaf = X509Certificate2.CreateFromPem(bare.ExportCertificatePem(), key);
            var links = string.Concat(chain.Select(link => link.ExportCertificatePem() + "\n"));
            var pem = $"{KeyOf(leaf)}\n{leaf.ExportCertificatePem()}\n{links}";
            return new HeldCertificate(TlsKey.Usable(leaf), chain, pem);
        }
        catch (Exception error) when (error is CryptographicException or ArgumentException)
        {
            // The framework says with one exception that a key is damaged, of another algorithm, or of another certificate.
            return Refused(subject, $"The private key does not belong to the certificate for {bare.GetNameInfo(X509NameType.SimpleName, false)}: {error.Message.TrimEnd('.')}.",
                "Give the key the certificate was requested with.");
        }
    }

    private static string KeyOf(X509Certificate2 leaf)
    {
        using AsymmetricAlgorithm? key = (AsymmetricAlgorithm?)leaf.GetECDsaPrivateKey() ?? leaf.GetRSAPrivateKey();
        return key?.ExportPkcs8PrivateKeyPem() ?? throw new CryptographicException("the key is neither ECDSA nor RSA");
    }

    private static Problem Refused(string subject, string text, string advice) => new(ProblemType.CertificateUnavailable, ProblemSide.Request, subject, text, advice);
}
