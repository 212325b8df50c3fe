using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Signalbox.Tests.Certificates.Acme.Support;

/// <summary>A request of the client's, read as strictly as a CA does. Written apart from the product's own signing, from RFC 7515 alone.</summary>
internal sealed record CaJws(JsonElement Header, byte[] Payload, string Signed, byte[] Signature)
{
    public string? Kid => Text("kid");

    public string? Url => Text("url");

    public string? Nonce => Text("nonce");

    public JsonElement? Jwk => Header.TryGetProperty("jwk", out var jwk) ? jwk : null;

    /// <summary>Throws a <see cref="CaRefusal"/> when it is no flattened JWS of exactly three members.</summary>
    public static CaJws Read(ReadOnlyMemory<byte> body)
    {
        try
        {
            using var document = JsonDocument.Parse(body);
            var members = document.RootElement.EnumerateObject().ToDictionary(member => member.Name, member => member.Value.GetString()!);
            if (!members.Keys.ToHashSet().SetEquals(["protected", "payload", "signature"])) throw new CaRefusal("malformed", $"members: {string.Join(' ', members.Keys)}");
            if (members.Values.Any(value => value.Contains('='))) throw new CaRefusal("malformed", "base64url with padding");
            var header = JsonDocument.Parse(Base64Url.DecodeFromChars(members["protected"])).RootElement;
            return new CaJws(header, Base64Url.DecodeFromChars(members["payload"]), $"{members["protected"]}.{members["payload"]}", Base64Url.DecodeFromChars(members["signature"]));
        }
        catch (Exception e) when (e is JsonException or FormatException or InvalidOperationException)
        {
            throw new CaRefusal("malformed", e.Message);
        }
    }

    public void Verify(JsonElement jwk)
    {
        var data = Encoding.ASCII.GetBytes(Signed);
        if (!VerifyBy(jwk, data)) throw new CaRefusal("malformed", "the signature does not verify");
    }

    public bool IsMacBy(byte[] key) => Text("alg") == "HS256" && HMACSHA256.HashData(key, Encoding.ASCII.GetBytes(Signed)).AsSpan().SequenceEqual(Signature);

    /// <summary>RFC 7638 by parsing and writing anew.</summary>
    public static string Thumbprint(JsonElement jwk)
    {
        string[] members = jwk.GetProperty("kty").GetString() == "EC" ? ["crv", "kty", "x", "y"] : ["e", "kty", "n"];
        var canonical = "{" + string.Join(',', members.Select(member => $"\"{member}\":\"{jwk.GetProperty(member).GetString()}\"")) + "}";
        return Base64Url.EncodeToString(SHA256.HashData(Encoding.UTF8.GetBytes(canonical)));
    }

    private bool VerifyBy(JsonElement jwk, byte[] data)
    {
        byte[] Bytes(string member) => Base64Url.DecodeFromChars(jwk.GetProperty(member).GetString());
        switch (Text("alg"))
        {
            case "ES256" or "ES384":
                var small = Text("alg") == "ES256";
                if (jwk.GetProperty("crv").GetString() != (small ? "P-256" : "P-384")) return false;
                using (var curve = ECDsa.Create(new ECParameters
                {
                    Curve = small ? ECCurve.NamedCurves.nistP256 : ECCurve.NamedCurves.nistP384, Q = new ECPoint { X = Bytes("x"), Y = Bytes("y") },
                }))
                {
                    return curve.VerifyData(data, Signature, small ? HashAlgorithmName.SHA256 : HashAlgorithmName.SHA384);
                }

            case "RS256":
                using (var rsa = RSA.Create(new RSAParameters { Modulus = Bytes("n"), Exponent = Bytes("e") }))
                {
                    return rsa.VerifyData(data, Signature, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
                }

            default:
                throw new CaRefusal("badSignatureAlgorithm", $"{Text("alg")}");
        }
    }

    private string? Text(string member) => Header.TryGetProperty(member, out var value) ? value.GetString() : null;
}

/// <summary>The CA's no.</summary>
internal sealed class CaRefusal(string type, string detail, int status = 400) : Exception(detail)
{
    public string Type => type;

    public int Status => status;
}
