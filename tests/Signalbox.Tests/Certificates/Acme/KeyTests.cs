using System.Buffers.Text;
using System.Formats.Asn1;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json;
using Signalbox.Certificates.Acme;
using Signalbox.Certificates.Acme.Keys;
using Signalbox.Model;
using Signalbox.Tests.Certificates.Acme.Support;

namespace Signalbox.Tests.Certificates.Acme;

/// <summary>Keys, signatures and requests, with the examples of the RFCs.</summary>
public sealed class KeyTests
{
    private const string Claims = "eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ";

    [Fact]
    public void Signature_ExampleOfRfc7515A2_IsTheSame()
    {
        using var key = AcmeKey.FromPem("vector", RfcVectors.RsaKey()).Value!;
        (key.Kind, key.Algorithm).ShouldBe((KeyKind.Rsa2048, "RS256"));
        Base64Url.EncodeToString(key.Sign(Encoding.ASCII.GetBytes($"eyJhbGciOiJSUzI1NiJ9.{Claims}"))).ShouldBe(RfcVectors.RsaSignature);
    }

    [Fact]
    public void Signature_ExampleOfRfc7515A3_IsVerifiedWithOursBesideIt()
    {
        var parameters = new ECParameters
        {
            Curve = ECCurve.NamedCurves.nistP256, D = Base64Url.DecodeFromChars("jpsQnnGQmL-YBIffH1136cspYG6-0iY7X1fCE9-E9LI"),
            Q = new ECPoint
            {
                X = Base64Url.DecodeFromChars("f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU"), Y = Base64Url.DecodeFromChars("x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0"),
            },
        };
        using var curve = ECDsa.Create(parameters);
        using var key = AcmeKey.FromPem("vector", curve.ExportPkcs8PrivateKeyPem()).Value!;
        key.Jwk.Json.ShouldBe("""{"crv":"P-256","kty":"EC","x":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU","y":"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0"}""");
        var jwk = JsonDocument.Parse(key.Jwk.Json).RootElement;
        var signed = $"eyJhbGciOiJFUzI1NiJ9.{Claims}";
        var header = JsonDocument.Parse("""{"alg":"ES256"}""").RootElement;
        foreach (var signature in new[] { Base64Url.DecodeFromChars("DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q"), key.Sign(Encoding.ASCII.GetBytes(signed)) })
            new CaJws(header, [], signed, signature).Verify(jwk);
    }

    [Fact]
    public void Thumbprint_ExampleOfRfc7638_IsTheSame() =>
        Jwk.Of(new RSAParameters { Exponent = [1, 0, 1], Modulus = Base64Url.DecodeFromChars(RfcVectors.ThumbprintModulus) }).Thumbprint.ShouldBe("NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs");

    [Fact]
    public void Thumbprint_NumbersWithLeadingZeros_AreStripped() =>
        Jwk.Of(new RSAParameters { Exponent = [0, 1, 0, 1], Modulus = [0, 0, 0xC1, 2] }).ShouldBe(Jwk.Of(new RSAParameters { Exponent = [1, 0, 1], Modulus = [0xC1, 2] }));

    [Fact]
    public void Request_ForAnAccount_HasKidAndNoJwk()
    {
        using var key = AcmeKey.Generate();
        var jws = CaJws.Read(Jws.Sign(key, "https://ca.example/acct/1?a=b&c=d", "https://ca.example/x%2Fy", "nonce-1", []));
        jws.Header.EnumerateObject().Select(member => member.Name).ShouldBe(["alg", "kid", "nonce", "url"]);
        (jws.Kid, jws.Url, jws.Nonce, jws.Payload.Length).ShouldBe(("https://ca.example/acct/1?a=b&c=d", "https://ca.example/x%2Fy", "nonce-1", 0));
        jws.Verify(JsonDocument.Parse(key.Jwk.Json).RootElement);
    }

    [Theory]
    [InlineData(nameof(KeyKind.EcdsaP256))]
    [InlineData(nameof(KeyKind.EcdsaP384))]
    [InlineData(nameof(KeyKind.Rsa2048))]
    public void Key_OfEachKind_SignsAndIsReadBackFromPem(string kindName)
    {
        var kind = Enum.Parse<KeyKind>(kindName);
        using var key = AcmeKey.Generate(kind);
        using var read = AcmeKey.FromPem("file", key.ToPem()).Value!;
        (read.Kind, read.Jwk).ShouldBe((kind, key.Jwk));
        var jws = CaJws.Read(Jws.Sign(read, null, "https://ca.example/", "n", "{}"u8));
        jws.Verify(jws.Jwk!.Value);
        CaJws.Thumbprint(jws.Jwk!.Value).ShouldBe(key.Jwk.Thumbprint);
    }

    [Fact]
    public void Key_OfOneSignedWithFromManyThreads_SignsRight()
    {
        using var key = AcmeKey.Generate();
        var jwk = JsonDocument.Parse(key.Jwk.Json).RootElement;
        Parallel.For(0, 200, number => CaJws.Read(Jws.Sign(key, null, $"https://ca.example/{number}", "n", [])).Verify(jwk));
    }

    [Theory]
    [InlineData("")]
    [InlineData("-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----")]
    [InlineData("no key at all")]
    public void Key_OfNoUsableText_IsAProblem(string pem) => AcmeKey.FromPem("account.key", pem).Problem.Type.ShouldBe(ProblemType.InvalidConfig);

    [Fact]
    public void Key_PublicOrTooSmall_IsAProblem()
    {
        using var key = AcmeKey.Generate();
        AcmeKey.FromPem("a", PemEncoding.WriteString("PUBLIC KEY", key.PublicKeyInfo.Span)).Succeeded.ShouldBeFalse();
        using var small = RSA.Create(1024);
        AcmeKey.FromPem("a", small.ExportPkcs8PrivateKeyPem()).Problem.Text.ShouldContain("1024");
        using var large = ECDsa.Create(ECCurve.NamedCurves.nistP521);
        AcmeKey.FromPem("a", large.ExportPkcs8PrivateKeyPem()).Problem.Text.ShouldContain("521");
    }

    [Theory]
    [InlineData(nameof(KeyKind.EcdsaP256))]
    [InlineData(nameof(KeyKind.EcdsaP384))]
    [InlineData(nameof(KeyKind.Rsa2048))]
    public void SigningRequest_OfNamesAndAddresses_HasThemAloneAndNoCommonName(string kindName)
    {
        var kind = Enum.Parse<KeyKind>(kindName);
        using var key = AcmeKey.Generate(kind);
        Items<Identifier> names = [Identifier.Parse("*.example.org").Value!, Identifier.Parse("bücher.example").Value!, Identifier.Parse("2001:DB8::1").Value!, Identifier.Parse("192.0.2.7").Value!];
        var der = SigningRequest.Create(key, names);

        // Loading it checks its signature.
        var read = CertificateRequest.LoadSigningRequest(der, HashAlgorithmName.SHA256, CertificateRequestLoadOptions.UnsafeLoadCertificateExtensions);
        read.SubjectName.Name.ShouldBeEmpty();
        read.PublicKey.ExportSubjectPublicKeyInfo().ShouldBe(key.PublicKeyInfo.ToArray());
        var (dns, addresses) = CaIssuer.Names(der);
        dns.ShouldBe(["*.example.org", "xn--bcher-kva.example"]);
        addresses.ShouldBe(["2001:db8::1", "192.0.2.7"]);
    }

    [Theory]
    [InlineData("app.example.org", "app.example.org")]
    [InlineData("*.example.org", "example.org")]
    [InlineData("192.0.2.7", "7.2.0.192.in-addr.arpa")]
    [InlineData("2001:db8::567:89ab", "b.a.9.8.7.6.5.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.ip6.arpa")]
    public void ValidationCertificate_OfAName_HasItAloneAndTheCriticalDigest(string text, string serverName)
    {
        var identifier = Identifier.Parse(text).Value!;
        identifier.ServerName.ShouldBe(serverName);
        using var certificate = TlsAlpnCertificate.Create(identifier, "token.thumbprint", DateTimeOffset.UtcNow);
        certificate.HasPrivateKey.ShouldBeTrue();
        certificate.MatchesHostname(identifier.Base).ShouldBeTrue();
        var extension = certificate.Extensions.Single(one => one.Oid!.Value == TlsAlpnCertificate.IdentifierOid);
        extension.Critical.ShouldBeTrue();
        new AsnReader(extension.RawData, AsnEncodingRules.DER).ReadOctetString().ShouldBe(SHA256.HashData("token.thumbprint"u8));
    }

    [Fact]
    public void KeyAuthorization_OfATokenAndKey_IsAsEachChallengeWantsIt()
    {
        using var key = AcmeKey.Generate();
        var answer = KeyAuthorization.Of("LoqXcYV8", key);
        answer.ShouldBe($"LoqXcYV8.{key.Jwk.Thumbprint}");
        KeyAuthorization.DnsText(answer).ShouldBe(Base64Url.EncodeToString(SHA256.HashData(Encoding.ASCII.GetBytes(answer))));
        KeyAuthorization.DnsName(Identifier.Parse("*.example.org").Value!).ShouldBe("_acme-challenge.example.org");
        KeyAuthorization.IsToken("LoqXcYV8-_").ShouldBeTrue();
        foreach (var bad in new[] { "", "a/b", "../x", "a=", "ä", "a\n" }) KeyAuthorization.IsToken(bad).ShouldBeFalse(bad);
    }
}
