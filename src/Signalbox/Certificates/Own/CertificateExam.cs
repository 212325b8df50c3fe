using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Signalbox.Certificates.Acme.Chains;
using Signalbox.Certificates.Book;
using Signalbox.Model;

namespace Signalbox.Certificates.Own;

/// <summary>
/// Whether a certificate that somebody gave can be shown: each thing that clients would stumble over is a refusal with its reason and the way out. In this order:
/// the text, the key, the purpose, the times, the chain.
/// </summary>
internal sealed class CertificateExam(SystemRoots roots, TimeProvider time)
{
    /// <summary>RFC 5280 4.2.1.12: id-kp-serverAuth, and anyExtendedKeyUsage.</summary>
    private static readonly string[] ForServers = ["1.3.6.1.5.5.7.3.1", "2.5.29.37.0"];

    /// <summary>Links from a leaf to its root: real chains have 4 at most; a ring of certificates that signed each other ends here.</summary>
    private const int LongestChain = 16;

    /// <summary>The certificate, ready to be shown, or why it is refused (<see cref="ProblemType.CertificateUnavailable"/>).</summary>
    public Outcome<Examined> Look(PairText pair)
    {
        if (pair.Key.Contains("ENCRYPTED", StringComparison.Ordinal))
            return Refused(pair.KeyPlace, "The private key is under a password.", "Give it without one, in a file only this user can read: openssl pkey -in KEY -out KEY.plain");
        if (PemBlock.Read(pair.Certificate) is not { } blocks) return Cut(pair.CertificatePlace);
        if (PemBlock.Read(pair.Key) is not { } keyBlocks) return Cut(pair.KeyPlace);
        var keys = keyBlocks.Where(block => block.IsKey).ToList();
        if (keys.Count != 1)
            return Refused(pair.KeyPlace, keys.Count == 0 ? "There is no private key in it." : $"There are {keys.Count} private keys in it.", "Give a PEM file with the one private key of the certificate.");
        var certificates = new List<X509Certificate2>();
        try
        {
            certificates.AddRange(blocks.Where(block => block.IsCertificate).Select(block => X509CertificateLoader.LoadCertificate(block.Content)));
            if (certificates.Count == 0) return Refused(pair.CertificatePlace, "There is no certificate in it.", "Give a PEM file with the certificate first and its chain after it.");
            if ((RefusalOfKey(pair, certificates, keys[0].Text) ?? RefusalOfLeaf(pair, certificates[0])) is { } refusal) return refusal;
            var chain = LookAtChain(pair, certificates);
            return chain.Refusal is { } broken ? broken : Hold(pair, certificates, keys[0].Text, chain.Notice);
        }
        catch (CryptographicException error)
        {
            return Refused(pair.CertificatePlace, $"The certificate cannot be read: {error.Message.TrimEnd('.')}.", "Give a PEM file with the certificate first and its chain after it.");
        }
        finally
        {
            foreach (var certificate in certificates) certificate.Dispose();
        }
    }

    /// <summary>Why the certificate is not for the host; null when it is: by that very name, or by a wildcard for its first label (RFC 9525 6.3).</summary>
    public static Problem? Covers(HeldCertificate certificate, string host, string place)
    {
        if (certificate.Names.Contains(host) || (host.IndexOf('.', StringComparison.Ordinal) is > 0 and var dot && certificate.Names.Contains("*" + host[dot..]))) return null;
        return Refused(place, $"The certificate is for {Few(certificate.Names)}, not for {host}.", "Give one that has this name, or a wildcard for its first label, among its alternative names.");
    }

    private static Problem? RefusalOfKey(PairText pair, List<X509Certificate2> certificates, string key)
    {
        if (PublicHalf(key) is not { } half) return Refused(pair.KeyPlace, "The private key is damaged, or neither ECDSA nor RSA.", "Give the key the certificate was requested with.");
        var place = certificates.FindIndex(certificate => certificate.PublicKey.ExportSubjectPublicKeyInfo().AsSpan().SequenceEqual(half));
        if (place == 0) return null;
        return place > 0
            ? Refused(pair.CertificatePlace, $"The key belongs to {Name(certificates[place])}, which stands at place {place + 1}.", "Put that certificate first, then the one that signed it, and so on.")
            : Refused(pair.KeyPlace, $"The private key does not belong to the certificate for {Name(certificates[0])}.", "Give the key the certificate was requested with; the two are replaced together.");
    }

    private Problem? RefusalOfLeaf(PairText pair, X509Certificate2 leaf)
    {
        var place = pair.CertificatePlace;
        var now = time.GetUtcNow();
        if (leaf.NotBefore > now) return Refused(place, $"The certificate for {Name(leaf)} is good only from {Time(leaf.NotBefore)} on.", "Wait until then, or set this machine's clock right.") with { Retry = true };
        if (leaf.NotAfter <= now) return Refused(place, $"The certificate for {Name(leaf)} ended on {Time(leaf.NotAfter)}.", "Have it renewed where it came from, and put the new one in its place.");
        var usage = leaf.Extensions.OfType<X509EnhancedKeyUsageExtension>().FirstOrDefault();
        if (usage is not null && !usage.EnhancedKeyUsages.Cast<Oid>().Any(purpose => ForServers.Contains(purpose.Value)))
            return Refused(place, $"The certificate for {Name(leaf)} is not for servers: its extended key usage lacks serverAuth.", "Have one made for servers.");
        return leaf.Extensions.OfType<X509SubjectAlternativeNameExtension>().Any() ? null
            : Refused(place, $"The certificate for {Name(leaf)} has no alternative names, and browsers look at no other.", "Have one made with subjectAltName, such as DNS:www.example.com.");
    }

    /// <summary>
    /// The chain is whole when it leads to a root of the system, or to a root in the file. One that leads past the leaf and ends there is used, and told: a private root may be
    /// with the clients alone, and nothing in the file says whether what is missing is that or a link.
    /// </summary>
    private (Problem? Refusal, string? Notice) LookAtChain(PairText pair, List<X509Certificate2> certificates)
    {
        var now = time.GetUtcNow();
        var at = certificates[0];
        for (var links = 0; links < LongestChain; links++)
        {
            // The system's root comes before a link of the file: a file may hold an old cross-signature that has ended, which clients do not need.
            if (CertificateSignature.IsBy(at, at) || roots.Signed(at)) return default;

            // A file may hold one authority several times, the former certificate beside the present one: clients take the one that is good.
            var above = certificates.Skip(1).Where(above => above != at && CertificateSignature.IsBy(at, above)).OrderByDescending(above => above.NotBefore <= now && above.NotAfter > now).FirstOrDefault();
            if (above is null) return EndOfChain(pair, at, isLeaf: links == 0);
            if (above.NotAfter <= now) return (Refused(pair.CertificatePlace, $"The chain has ended: {Name(above)} was good until {Time(above.NotAfter)}.", "Append the CA's present intermediate certificate in its place."), null);
            if (above.NotBefore > now)
            {
                var early = Refused(pair.CertificatePlace, $"The chain is not good yet: {Name(above)} is good only from {Time(above.NotBefore)} on.",
                    "Append the CA's present intermediate certificate in its place, or set this machine's clock right.");
                return (early with { Retry = true }, null);
            }

            at = above;
        }

        return default;
    }

    /// <summary>No more of the chain is here.</summary>
    private static (Problem? Refusal, string? Notice) EndOfChain(PairText pair, X509Certificate2 last, bool isLeaf)
    {
        var signer = last.GetNameInfo(X509NameType.SimpleName, forIssuer: true);
        return isLeaf
            ? (Refused(pair.CertificatePlace, $"The chain is not whole: {Name(last)} was signed by {signer}, which is neither in the file nor a root of this system.",
                "Append the certificates the CA gave with it (often called chain or intermediate); for a CA of your own, its root."), null)
            : (null, $"The chain ends at {Name(last)}, which was signed by {signer}, neither in the file nor a root of this system: clients that do not know {signer} refuse it.");
    }

    private Outcome<Examined> Hold(PairText pair, List<X509Certificate2> certificates, string key, string? notice)
    {
        // A link whose time is over is not shown, such as an old cross-signature: there are clients that refuse the name because of it, and none that needs it.
        var now = time.GetUtcNow();
        var good = certificates.Where((certificate, at) => at == 0 || certificate.NotAfter > now);
        var held = HeldCertificate.Parse(pair.CertificatePlace, string.Concat(good.Select(certificate => certificate.ExportCertificatePem() + "\n")), key);
        return held.Succeeded ? new Examined(held.Value, pair.Notice is null || notice is null ? pair.Notice ?? notice : $"{notice} {pair.Notice}") : Outcome<Examined>.Failed(held.Problems);
    }

    /// <summary>What a certificate for this key carries; null when it is no key we can use.</summary>
    private static byte[]? PublicHalf(string pem)
    {
        using var curve = ECDsa.Create();
        using var rsa = RSA.Create();
        foreach (AsymmetricAlgorithm key in new AsymmetricAlgorithm[] { curve, rsa })
        {
            try
            {
                key.ImportFromPem(pem);
                return key.ExportSubjectPublicKeyInfo();
            }
            catch (Exception error) when (error is CryptographicException or ArgumentException)
            {
                // Not of this algorithm, or damaged.
            }
        }

        return null;
    }

    private static Problem Cut(string place) => Refused(place, "The file is cut off or damaged: a block of PEM begins in it and does not end in order.", "Copy it again, whole.");

    private static string Name(X509Certificate2 certificate)
    {
        var names = certificate.Extensions.OfType<X509SubjectAlternativeNameExtension>().FirstOrDefault()?.EnumerateDnsNames().ToItems() ?? default;
        return names.IsEmpty ? $"“{certificate.GetNameInfo(X509NameType.SimpleName, false)}”" : Few(names);
    }

    /// <summary>Certificates may have a hundred names; three tell which one it is.</summary>
    private static string Few(Items<string> names) => names.Count <= 3 ? names.ToString() : $"{string.Join(", ", names.Take(3))} and {names.Count - 3} more";

    private static string Time(DateTime time) => $"{time.ToUniversalTime():yyyy-MM-dd HH:mm} UTC";

    private static Problem Refused(string place, string text, string advice) => new(ProblemType.CertificateUnavailable, ProblemSide.Request, place, text, advice);
}

/// <summary>A certificate that passed.</summary>
/// <param name="Certificate">Ready to be shown.</param>
/// <param name="Notice">Something worth a word; null when there is nothing.</param>
internal sealed record Examined(HeldCertificate Certificate, string? Notice);
