using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Signalbox.Certificates.Acme.Keys;
using Signalbox.Model;

namespace Signalbox.Certificates.Acme.Chains;

/// <summary>Whether a chain is what it should be, looked at before anything is replaced by it. Whether a client trusts its root is the client's to say.</summary>
internal static class ChainCheck
{
    /// <summary>The first thing that is wrong, one sentence; null when nothing is.</summary>
    public static string? Find(CertificateChain chain, AcmeKey key, Items<Identifier> identifiers, DateTimeOffset now)
    {
        var leaf = chain.Leaf;
        if (!leaf.PublicKey.ExportSubjectPublicKeyInfo().AsSpan().SequenceEqual(key.PublicKeyInfo.Span)) return "The certificate is for another key.";
        return FindInNames(leaf, identifiers) ?? FindInLinks(chain.Certificates, now);
    }

    private static string? FindInNames(X509Certificate2 leaf, Items<Identifier> identifiers)
    {
        HashSet<string> names;
        try
        {
            var extension = leaf.Extensions.OfType<X509SubjectAlternativeNameExtension>().FirstOrDefault();
            if (extension is null) return "The certificate has no alternative names.";
            names = [.. extension.EnumerateDnsNames().Select(name => name.ToLowerInvariant()), .. extension.EnumerateIPAddresses().Select(address => address.ToString())];
        }
        catch (CryptographicException)
        {
            return "The certificate's alternative names cannot be read.";
        }

        // RFC 8555 7.4: the CA "MUST NOT issue a certificate with contents other than those requested".
        var wanted = identifiers.Select(identifier => identifier.Value.ToLowerInvariant()).ToHashSet();
        if (wanted.Except(names).FirstOrDefault() is { } missing) return $"The certificate lacks the name {missing}.";
        return names.Except(wanted).FirstOrDefault() is { } extra ? $"The certificate has the name {extra}, which nobody asked for." : null;
    }

    private static string? FindInLinks(IReadOnlyList<X509Certificate2> chain, DateTimeOffset now)
    {
        for (var i = 0; i < chain.Count; i++)
        {
            var end = new DateTimeOffset(chain[i].NotAfter.ToUniversalTime());
            if (end <= now) return $"“{Name(chain[i])}” expired at {end:yyyy-MM-dd HH:mm:ss}Z.";

            // RFC 8555 9.1: each certificate is followed by one that certifies it.
            if (i > 0 && !CertificateSignature.IsBy(chain[i - 1], chain[i])) return $"The chain is broken: “{Name(chain[i])}” did not sign “{Name(chain[i - 1])}”.";
        }

        return null;
    }

    private static string Name(X509Certificate2 certificate) => certificate.Subject.Length > 0 ? certificate.Subject : certificate.SerialNumber;
}
