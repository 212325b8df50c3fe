using System.Formats.Asn1;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Signalbox.Certificates.Acme.Chains;

/// <summary>
/// Whether one certificate signed another. The platform's chain builder answers another question (is there any trusted way?) and would find its own way
/// around a chain that was delivered wrong.
/// </summary>
internal static class CertificateSignature
{
    public static bool IsBy(X509Certificate2 certificate, X509Certificate2 issuer)
    {
        if (!certificate.IssuerName.RawData.AsSpan().SequenceEqual(issuer.SubjectName.RawData)) return false;
        try
        {
            // RFC 5280 4.1: Certificate ::= SEQUENCE { tbsCertificate, signatureAlgorithm, signatureValue BIT STRING }
            var outer = new AsnReader(certificate.RawDataMemory, AsnEncodingRules.DER).ReadSequence();
            var signed = outer.ReadEncodedValue();
            outer.ReadEncodedValue();
            var signature = outer.ReadBitString(out _);
            return Verifies(signed.Span, signature, certificate.SignatureAlgorithm.Value, issuer);
        }
        catch (Exception e) when (e is AsnContentException or CryptographicException)
        {
            return false;
        }
    }

    private static bool Verifies(ReadOnlySpan<byte> signed, byte[] signature, string? algorithm, X509Certificate2 issuer)
    {
        // RFC 5758 3.2 and RFC 8017 appendix A.2.4.
        HashAlgorithmName? hash = algorithm switch
        {
            "1.2.840.10045.4.3.2" or "1.2.840.113549.1.1.11" => HashAlgorithmName.SHA256,
            "1.2.840.10045.4.3.3" or "1.2.840.113549.1.1.12" => HashAlgorithmName.SHA384,
            "1.2.840.10045.4.3.4" or "1.2.840.113549.1.1.13" => HashAlgorithmName.SHA512,
            _ => null,
        };

        // An algorithm that the platform's certificates have no plain name for: the names fit, and more cannot be said.
        if (hash is not { } name) return true;
        using var curve = issuer.GetECDsaPublicKey();
        if (curve is not null) return curve.VerifyData(signed, signature, name, DSASignatureFormat.Rfc3279DerSequence);
        using var rsa = issuer.GetRSAPublicKey();
        return rsa?.VerifyData(signed, signature, name, RSASignaturePadding.Pkcs1) ?? false;
    }
}
