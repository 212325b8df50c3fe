using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Signalbox.Certificates.Acme.Keys;
using Signalbox.Certificates.Issuing;
using Signalbox.Certificates.Issuing.Limits;
using Signalbox.Host;
using Signalbox.Sources.Files;
using Signalbox.Tests.Support;

namespace Signalbox.Tests.Host;

/// <summary>What a config says of issuers and names, as it comes to the manager: nothing is lost on the way.</summary>
public sealed class ConfiguredIssuersTests
{
    [Fact]
    public void Read_EveryKeyOfAnIssuer_IsInItsSettings()
    {
        using var home = new TemporaryHome();
        Directory.CreateDirectory(home.Layout.Root);
        var file = Path.Combine(home.Layout.Root, "root.pem");
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var root = new CertificateRequest("CN=Root", key, HashAlgorithmName.SHA256).CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        File.WriteAllText(file, root.ExportCertificatePem());
        var settings = Read($$"""
            certificates:
              issuers:
                - name: house
                  directory: "https://ca.example/directory"
                  staging: "https://staging.ca.example/directory"
                  email: me@example.com
                  termsAgreed: true
                  rootFile: "{{file}}"
                  externalAccount: { keyId: kid-1, macKey: AQIDBA }
                  profile: short
                  preferredChain: Old Root
                  key: rsa-3072
                  limits: none
                  preflight: off
                  challenges: [dns-01, http-01]
            """).Issuers.ShouldHaveSingleItem();
        settings.Unready.ShouldBeNull();
        settings.Binding!.KeyId.ShouldBe("kid-1");
        settings.Binding.MacKey.ToArray().ShouldBe([1, 2, 3, 4]);
        settings.Roots.ShouldNotBeNull();
        (settings with { Binding = null, Roots = null }).ShouldBe(new IssuerSettings("house", new Uri("https://ca.example/directory"))
        {
            Staging = new Uri("https://staging.ca.example/directory"),
            Email = "me@example.com",
            TermsAgreed = true,
            Profile = "short",
            PreferredChain = "Old Root",
            Key = KeyKind.Rsa3072,
            Limits = CaLimits.None,
            Preflight = false,
            Challenges = ["dns-01", "http-01"],
        });
    }

    [Fact]
    public void Read_LetsEncryptWithNothingTold_IsPublicAndHasItsStaging()
    {
        var settings = Read("""
            certificates:
              issuers:
                - { name: main, directory: "https://acme-v02.api.letsencrypt.org/directory" }
                - { name: other, directory: "https://ca.example/directory" }
            """).Issuers;
        settings[0].ShouldBe(new IssuerSettings("main", new Uri("https://acme-v02.api.letsencrypt.org/directory"))
        {
            Staging = new Uri("https://acme-staging-v02.api.letsencrypt.org/directory"),
            Key = KeyKind.EcdsaP256,
            Limits = CaLimits.Public,
            Preflight = true,
            Challenges = ["http-01", "tls-alpn-01", "dns-01"],
        });
        settings[1].Staging.ShouldBeNull();
        settings[1].Limits.ShouldBe(CaLimits.Public);
    }

    [Fact]
    public void Read_EveryKeyOfAName_IsInItsSettings() =>
        Read("""
            certificates:
              issuers:
                - { name: main, directory: "https://ca.example/directory" }
              names:
                - { host: "*.example.com", issuer: main, challenges: [dns-01], key: ecdsa-p384, profile: short }
                - { host: "off.example.com", off: true }
            """).Names.ShouldBe(
        [
            new NameSettings("*.example.com") { Issuer = "main", Challenges = ["dns-01"], Key = KeyKind.EcdsaP384, Profile = "short" },
            new NameSettings("off.example.com") { Off = true },
        ]);

    private static ManagerOptions Read(string text)
    {
        var config = ConfigFile.Parse("signalbox.yaml", Encoding.UTF8.GetBytes(text));
        config.Succeeded.ShouldBeTrue(config.Succeeded ? "" : config.Problem.ToString());
        var read = ConfiguredIssuers.Read(config.Value, _ => false);
        read.Problems.ShouldBeEmpty();
        return read.Options;
    }
}
