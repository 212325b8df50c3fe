using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Signalbox.Certificates.Acme;
using Signalbox.Certificates.Acme.Chains;
using Signalbox.Certificates.Acme.Keys;
using Signalbox.Model;
using Signalbox.Tests.Certificates.Acme.Support;

namespace Signalbox.Tests.Certificates.Acme;

/// <summary>What is looked at before a downloaded chain replaces anything.</summary>
public sealed class ChainTests : IDisposable
{
    private static readonly Items<Identifier> Names = [Identifier.Parse("app.example.org").Value!, Identifier.Parse("192.0.2.7").Value!];

    private readonly CaIssuer _issuer = new(DateTimeOffset.UtcNow);
    private readonly AcmeKey _key = AcmeKey.Generate();

    public void Dispose()
    {
        _issuer.Dispose();
        _key.Dispose();
    }

    [Fact]
    public void CertificateId_ExampleOfRfc9773_IsTheSame()
    {
        using var certificate = X509Certificate2.CreateFromPem(RfcVectors.RenewalCertificate);
        CertificateId.Of(certificate).ShouldBe("aYhba4dGQEHhs3uEe6CuLN4ByNQ.AIdlQyE");
    }

    [Fact]
    public void CertificateId_WithoutAnAuthorityKeyIdentifier_IsNothing() => CertificateId.Of(_issuer.Root).ShouldBeNull();

    [Fact]
    public void Chain_ThatFits_HasNothingWrong()
    {
        using var chain = Issue(new CaOptions());
        Find(chain).ShouldBeNull();
        chain.Certificates.Count.ShouldBe(2);
        CertificateChain.Read(Encoding.ASCII.GetBytes(chain.Pem))!.Pem.ShouldBe(chain.Pem);
        (chain.IsIssuedBy("Scripted Root"), chain.IsIssuedBy("scripted intermediate"), chain.IsIssuedBy("Scripted")).ShouldBe((true, true, false));
    }

    [Fact]
    public void Chain_ForAnotherKey_IsRefused()
    {
        using var chain = Issue(new CaOptions { WrongKey = true });
        Find(chain).ShouldBe("The certificate is for another key.");
    }

    [Fact]
    public void Chain_WithANameMoreOrLess_IsRefused()
    {
        using var chain = Issue(new CaOptions { ExtraName = "evil.example.org" });
        Find(chain).ShouldBe("The certificate has the name evil.example.org, which nobody asked for.");
        ChainCheck.Find(chain, _key, [.. Names, Identifier.Parse("evil.example.org").Value!, Identifier.Parse("b.example.org").Value!], DateTimeOffset.UtcNow)
            .ShouldBe("The certificate lacks the name b.example.org.");
    }

    [Fact]
    public void Chain_WhoseIntermediateDidNotSign_IsRefused()
    {
        using var chain = Issue(new CaOptions { BrokenChain = true });
        Find(chain)!.ShouldStartWith("The chain is broken: “CN=Scripted Intermediate” did not sign");
    }

    [Fact]
    public void Chain_Expired_IsRefused()
    {
        using var chain = Issue(new CaOptions());
        ChainCheck.Find(chain, _key, Names, DateTimeOffset.UtcNow.AddDays(91))!.ShouldContain("expired at");
    }

    [Theory]
    [InlineData("")]
    [InlineData("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n")]
    [InlineData("hello")]
    public void Chain_OfNoCertificates_IsNothing(string pem) => CertificateChain.Read(Encoding.ASCII.GetBytes(pem)).ShouldBeNull();

    [Fact]
    public void Chain_WithAKeyInIt_OrCutOff_IsNothing()
    {
        using var chain = Issue(new CaOptions());
        CertificateChain.Read(Encoding.ASCII.GetBytes(chain.Pem + _key.ToPem())).ShouldBeNull();
        CertificateChain.Read(Encoding.ASCII.GetBytes(chain.Pem[..^60])).ShouldBeNull();
        CertificateChain.Read(Encoding.ASCII.GetBytes("subject=x\n" + chain.Pem))!.Certificates.Count.ShouldBe(2);
    }

    [Fact]
    public void Chain_OfRsa_IsVerifiedToo()
    {
        using var key = RSA.Create(2048);
        var request = new CertificateRequest("CN=R", key, HashAlgorithmName.SHA384, RSASignaturePadding.Pkcs1);
        using var one = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        CertificateSignature.IsBy(one, one).ShouldBeTrue();
        using var otherKey = RSA.Create(2048);
        using var other = new CertificateRequest("CN=R", otherKey, HashAlgorithmName.SHA384, RSASignaturePadding.Pkcs1)
            .CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        CertificateSignature.IsBy(one, other).ShouldBeFalse();
    }

    private CertificateChain Issue(CaOptions options) => CertificateChain.Read(Encoding.ASCII.GetBytes(_issuer.Issue(SigningRequest.Create(_key, Names), options).Chain))!;

    private string? Find(CertificateChain chain) => ChainCheck.Find(chain, _key, Names, DateTimeOffset.UtcNow);
}
