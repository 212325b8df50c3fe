using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Signalbox.Model;

namespace Signalbox.Certificates.LocalAuthority;

/// <summary>A host's certificate with its key: as TLS wants it, and as the text of its file (key, then certificate).</summary>
internal sealed class Leaf(string host, X509Certificate2 certificate, string pem)
{
    public string Host { get; } = host;

    public string Pem { get; } = pem;

    /// <summary>The same object for as long as the leaf lives, so that what listeners keep beside it stays valid. The root is not sent: who trusts it has it.</summary>
    public ServerCertificate Server { get; } = new(certificate, []);

    public DateTimeOffset NotBefore { get; } = certificate.NotBefore;

    public DateTimeOffset NotAfter { get; } = certificate.NotAfter;

    /// <summary>When a third of the life is left: time for many attempts, should the first fail.</summary>
    public DateTimeOffset RenewAt => NotAfter - ((NotAfter - NotBefore) / 3);

    /// <summary>True once somebody asked for it: only then is it worth renewing.</summary>
    public bool Asked { get; set; }

    public bool IsUsable(DateTimeOffset now) => now >= NotBefore && now < NotAfter;

    public bool IsExpired(DateTimeOffset now) => now >= NotAfter;

    /// <summary>True from a third of the life before the end.</summary>
    public bool IsDue(DateTimeOffset now) => now >= RenewAt;

    /// <summary>Reads a leaf's file; null when it is damaged or its key belongs to another certificate.</summary>
    public static Leaf? Read(string pem)
    {
        try
        {
            var certificate = TlsKey.Usable(X509Certificate2.CreateFromPem(pem, pem));
            return NameOf(certificate) is { } host ? new Leaf(host, certificate, pem) : null;
        }
        catch (Exception error) when (error is CryptographicException or ArgumentException)
        {
            return null;
        }
    }

    /// <summary>True when this root signed it; one from before the root was replaced is of no use.</summary>
    public bool IsSignedBy(X509Certificate2 root)
    {
        var authority = Server.Leaf.Extensions.OfType<X509AuthorityKeyIdentifierExtension>().FirstOrDefault()?.KeyIdentifier;
        var subject = root.Extensions.OfType<X509SubjectKeyIdentifierExtension>().FirstOrDefault()?.SubjectKeyIdentifierBytes;
        return authority is { } wanted && subject is { } have && wanted.Span.SequenceEqual(have.Span);
    }

    /// <summary>The one name or address the certificate is for; null when it is not exactly one.</summary>
    private static string? NameOf(X509Certificate2 certificate)
    {
        var names = certificate.Extensions.OfType<X509SubjectAlternativeNameExtension>().FirstOrDefault();
        if (names is null) return null;
        string[] all = [.. names.EnumerateDnsNames(), .. names.EnumerateIPAddresses().Select(address => address.ToString())];
        return all.Length == 1 ? all[0] : null;
    }
}
