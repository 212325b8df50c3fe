using System.Buffers;
using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Signalbox.Certificates.Acme.Keys;

/// <summary>JSON Web Signatures as ACME sends them (RFC 8555 6.2).</summary>
internal static class Jws
{
    /// <summary>RFC 8555 6.2: what a request with a body must call it.</summary>
    public const string MediaType = "application/jose+json";

    // URLs stay readable; the result is never put into HTML.
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>A request's body.</summary>
    /// <param name="key">Signs.</param>
    /// <param name="account">The account's URL; null where there is none yet, and the key itself is sent.</param>
    /// <param name="url">Where it goes, the exact text that the CA gave.</param>
    /// <param name="nonce">Null for the inner signature of a key change alone.</param>
    /// <param name="payload">Empty to fetch (POST-as-GET).</param>
    public static byte[] Sign(AcmeKey key, string? account, string url, string? nonce, ReadOnlySpan<byte> payload)
    {
        var header = Json(writer =>
        {
            // RFC 8555 6.2: "The JWS Protected Header MUST include the following fields": alg, nonce, url, and either jwk or kid.
            writer.WriteString("alg", key.Algorithm);

            // RFC 8555 6.2: "The "jwk" and "kid" fields are mutually exclusive."
            if (account is null)
            {
                writer.WritePropertyName("jwk");
                writer.WriteRawValue(key.Jwk.Json);
            }
            else
            {
                writer.WriteString("kid", account);
            }

            if (nonce is not null) writer.WriteString("nonce", nonce);
            writer.WriteString("url", url);
        });
        return Flattened(header, payload, key.Sign);
    }

    /// <summary>The consent of an external account's holder to this key (RFC 8555 7.3.4).</summary>
    public static byte[] Bind(ExternalAccount external, Jwk account, string url)
    {
        var header = Json(writer =>
        {
            // "The "alg" field MUST indicate a MAC-based algorithm"; HS256 is the one that all who ask for a binding take.
            writer.WriteString("alg", "HS256");

            // "The "kid" field MUST contain the key identifier provided by the CA"
            writer.WriteString("kid", external.KeyId);

            // "The "nonce" field MUST NOT be present"; "The "url" field MUST be set to the same value as the outer JWS"
            writer.WriteString("url", url);
        });

        // "The payload of this JWS is the ACME account key being registered, in JWK form."
        return Flattened(header, Encoding.UTF8.GetBytes(account.Json), data => HMACSHA256.HashData(external.MacKey.Span, data));
    }

    /// <summary>JSON of one object, written by hand: no member's order or form is left to chance.</summary>
    public static byte[] Json(Action<Utf8JsonWriter> members)
    {
        var buffer = new ArrayBufferWriter<byte>(512);
        using (var writer = new Utf8JsonWriter(buffer, Options))
        {
            writer.WriteStartObject();
            members(writer);
            writer.WriteEndObject();
        }

        return buffer.WrittenSpan.ToArray();
    }

    private delegate byte[] Signer(ReadOnlySpan<byte> data);

    // RFC 8555 6.2: "The JWS MUST be in the Flattened JSON Serialization"
    private static byte[] Flattened(ReadOnlySpan<byte> header, ReadOnlySpan<byte> payload, Signer sign)
    {
        var protectedPart = Base64Url.EncodeToString(header);

        // RFC 8555 6.3: "the "payload" field of the JWS object MUST be present and set to the empty string ("")."
        var payloadPart = Base64Url.EncodeToString(payload);

        // RFC 7515 5.1: the signature is over ASCII(BASE64URL(UTF8(JWS Protected Header)) || '.' || BASE64URL(JWS Payload)).
        var signature = Base64Url.EncodeToString(sign(Encoding.ASCII.GetBytes($"{protectedPart}.{payloadPart}")));
        return Encoding.ASCII.GetBytes($$"""{"protected":"{{protectedPart}}","payload":"{{payloadPart}}","signature":"{{signature}}"}""");
    }
}
