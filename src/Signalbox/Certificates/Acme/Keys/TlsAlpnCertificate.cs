using System.Formats.Asn1;
using System.Security.Cryptography.X509Certificates;

namespace Signalbox.Certificates.Acme.Keys;

/// <summary>The certificate that answers tls-alpn-01 (RFC 8737 3): shown to the CA alone, trusted by nobody.</summary>
internal static class TlsAlpnCertificate
{
    /// <summary>The ALPN protocol of the validation (RFC 8737 6.2).</summary>
    public const string Protocol = "acme-tls/1";

    /// <summary>id-pe-acmeIdentifier (RFC 8737 6.1).</summary>
    public const string IdentifierOid = "1.3.6.1.5.5.7.1.31";

    /// <summary>Its signature means nothing and its times are not checked; a week lasts longer than any authorization waits.</summary>
    private static readonly TimeSpan Life = TimeSpan.FromDays(7);

    /// <summary>A new self-signed certificate with a key of its own. The caller disposes it.</summary>
    public static X509Certificate2 Create(Identifier identifier, string keyAuthorization, DateTimeOffset now)
    {
        using var key = AcmeKey.Generate();
        var request = key.Request(new X500DistinguishedName("CN=ACME validation"));

        // RFC 8737 3: the alternative names hold the one name being validated and no other; RFC 8738 6: or the one address, as iPAddress.
        request.CertificateExtensions.Add(SigningRequest.Names([identifier with { Value = identifier.Base }]));

        // RFC 8737 3: the acmeIdentifier extension is critical and holds the SHA-256 digest of the key authorization: Authorization ::= OCTET STRING (SIZE (32)).
        var value = new AsnWriter(AsnEncodingRules.DER);
        value.WriteOctetString(KeyAuthorization.Digest(keyAuthorization));
        request.CertificateExtensions.Add(new X509Extension(IdentifierOid, value.Encode(), critical: true));

        // An hour back, so that a CA whose clock is a little behind ours finds it valid.
        return TlsKey.Usable(request.CreateSelfSigned(now - TimeSpan.FromHours(1), now + Life));
    }
}
