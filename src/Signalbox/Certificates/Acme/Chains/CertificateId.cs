using System.Buffers.Text;
using System.Security.Cryptography.X509Certificates;

namespace Signalbox.Certificates.Acme.Chains;

/// <summary>The name of a certificate in renewal information and in <c>replaces</c> (RFC 9773 4.1).</summary>
internal static class CertificateId
{
    /// <summary>Null when the certificate does not name its issuer's key, and so has no such identifier.</summary>
    public static string? Of(X509Certificate2 certificate)
    {
        var authority = certificate.Extensions.OfType<X509AuthorityKeyIdentifierExtension>().FirstOrDefault()?.KeyIdentifier;
        if (authority is not { Length: > 0 } key) return null;

        // RFC 9773 4.1: base64url of the keyIdentifier's bytes, a period, base64url of the serial number's DER bytes without tag and length; both
        // without padding. DER keeps a leading zero octet where the number would be negative otherwise, as does this property.
        return $"{Base64Url.EncodeToString(key.Span)}.{Base64Url.EncodeToString(certificate.SerialNumberBytes.Span)}";
    }
}
