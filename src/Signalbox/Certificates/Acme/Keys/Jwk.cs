using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace Signalbox.Certificates.Acme.Keys;

/// <summary>A public key as JSON (RFC 7517), in the one form that its thumbprint is taken of (RFC 7638 3).</summary>
/// <param name="Json">Required members only, in lexicographic order, without white space.</param>
internal sealed record Jwk(string Json)
{
    /// <summary>base64url of the SHA-256 of the canonical form (RFC 7638 3, RFC 8555 8.1).</summary>
    public string Thumbprint => Base64Url.EncodeToString(SHA256.HashData(Encoding.UTF8.GetBytes(Json)));

    /// <summary>RFC 7518 6.2.1.2: a coordinate has the full size of the curve's field, leading zeros and all; the platform exports it so.</summary>
    public static Jwk Of(ECParameters key, string curve) =>
        new($$"""{"crv":"{{curve}}","kty":"EC","x":"{{Base64Url.EncodeToString(key.Q.X)}}","y":"{{Base64Url.EncodeToString(key.Q.Y)}}"}""");

    /// <summary>RFC 7518 6.3.1: numbers without leading zero octets; RFC 8555 8.1: "any prepended zero octets in the fields of a JWK object MUST be stripped".</summary>
    public static Jwk Of(RSAParameters key) =>
        new($$"""{"e":"{{Base64Url.EncodeToString(Stripped(key.Exponent))}}","kty":"RSA","n":"{{Base64Url.EncodeToString(Stripped(key.Modulus))}}"}""");

    private static ReadOnlySpan<byte> Stripped(ReadOnlySpan<byte> number) => number.TrimStart((byte)0);
}
