using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace Signalbox.Certificates.Acme.Keys;

/// <summary>What a challenge is answered with (RFC 8555 8.1).</summary>
internal static class KeyAuthorization
{
    /// <summary>RFC 8555 8.4: "prepending the label "_acme-challenge" to the domain name being validated".</summary>
    public const string DnsLabel = "_acme-challenge";

    /// <summary>RFC 8555 8.1: keyAuthorization = token || '.' || base64url(Thumbprint(accountKey)).</summary>
    public static string Of(string token, AcmeKey account) => $"{token}.{account.Jwk.Thumbprint}";

    /// <summary>SHA-256 of the key authorization: what tls-alpn-01 shows (RFC 8737 3).</summary>
    public static byte[] Digest(string authorization) => SHA256.HashData(Encoding.ASCII.GetBytes(authorization));

    /// <summary>The text of the TXT record of dns-01: base64url of that digest (RFC 8555 8.4).</summary>
    public static string DnsText(string authorization) => Base64Url.EncodeToString(Digest(authorization));

    /// <summary>The name of that record (RFC 8555 8.4). A wildcard is validated at its base.</summary>
    public static string DnsName(Identifier identifier) => $"{DnsLabel}.{identifier.Base}";

    /// <summary>RFC 8555 8.3: a token "MUST NOT contain any characters outside the base64url alphabet". It becomes part of a path, so this is looked at.</summary>
    public static bool IsToken(string text) => text.Length > 0 && text.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_');
}
