using System.Security.Cryptography;
using Signalbox.Certificates.Book;
using Signalbox.Certificates.Own;
using Signalbox.Model;
using Signalbox.Tests.Support;

namespace Signalbox.Tests.Certificates.Own;

public sealed class CertificateExamTests : IDisposable
{
    private readonly OwnCa _ca = new();
    private readonly FakeTimeProvider _time = new();

    public void Dispose() => _ca.Dispose();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Look_LeafAndIntermediate_IsHeldWithItsNamesAndChain(bool rsa)
    {
        var leaf = _ca.Issue(new LeafWish { IsRsa = rsa }, "www.example.com", "*.example.com");
        var held = Passed(leaf.Certificate + _ca.IntermediatePem, leaf.Key);
        held.Names.ShouldBe(["www.example.com", "*.example.com"]);
        held.Issuer.ShouldBe("Own Intermediate");
        held.Server.Leaf.HasPrivateKey.ShouldBeTrue();
        held.Server.Chain.ShouldHaveSingleItem().Subject.ShouldBe("CN=Own Intermediate");
    }

    /// <summary>There are clients that refuse a name because of a link that has ended, though they need it for nothing.</summary>
    [Fact]
    public void Look_LinkThatHasEndedBesideThePresentOne_IsNotHeld()
    {
        var leaf = _ca.Issue("www.example.com");
        var held = Passed(leaf.Certificate + _ca.EndedIntermediate.ExportCertificatePem() + "\n" + _ca.IntermediatePem, leaf.Key);
        held.Server.Chain.ShouldHaveSingleItem().SerialNumber.ShouldBe(_ca.Intermediate.SerialNumber);
    }

    [Fact]
    public void Look_EverythingInOneFile_IsHeld()
    {
        var leaf = _ca.Issue("www.example.com");
        var whole = leaf.Key + leaf.Certificate + _ca.IntermediatePem;
        Passed(whole, whole).Names.ShouldBe(["www.example.com"]);
    }

    [Fact]
    public void Look_KeyOfAnother_IsRefusedByName()
    {
        var leaf = _ca.Issue("www.example.com");
        Refused(leaf.Certificate + _ca.IntermediatePem, _ca.Issue("www.example.com").Key, "key.pem", "The private key does not belong to the certificate for www.example.com.");
    }

    [Fact]
    public void Look_IntermediateFirst_SaysWhichComesFirst()
    {
        var leaf = _ca.Issue("www.example.com");
        Refused(_ca.IntermediatePem + leaf.Certificate, leaf.Key, "cert.pem", "The key belongs to www.example.com, which stands at place 2.");
    }

    [Fact]
    public void Look_Ended_IsRefusedWithTheDay()
    {
        var leaf = _ca.Issue(new LeafWish { To = TimeSpan.FromDays(-1) }, "www.example.com");
        Refused(leaf.Certificate + _ca.IntermediatePem, leaf.Key, "cert.pem", $"The certificate for www.example.com ended on {_time.GetUtcNow().AddDays(-1):yyyy-MM-dd}");
    }

    [Fact]
    public void Look_NotYetGood_IsRefusedUntilItIs()
    {
        var leaf = _ca.Issue(new LeafWish { From = TimeSpan.FromDays(2) }, "www.example.com");
        var problem = Refused(leaf.Certificate + _ca.IntermediatePem, leaf.Key, "cert.pem", "is good only from");
        problem.Retry.ShouldBeTrue();
        _time.Advance(TimeSpan.FromDays(3));
        Passed(leaf.Certificate + _ca.IntermediatePem, leaf.Key);
    }

    [Fact]
    public void Look_LeafAlone_IsRefusedWithWhoSignedIt()
    {
        var leaf = _ca.Issue("www.example.com");
        var problem = Refused(leaf.Certificate, leaf.Key, "cert.pem", "The chain is not whole: www.example.com was signed by Own Intermediate, which is neither in the file nor a root of this system.");
        problem.Advice!.ShouldContain("Append");
    }

    [Fact]
    public void Look_LeafOfAPrivateRoot_NeedsTheRootInTheFileOrInTheSystem()
    {
        var leaf = _ca.Issue(new LeafWish { ByRoot = true }, "www.example.com");
        Refused(leaf.Certificate, leaf.Key, "cert.pem", "The chain is not whole");
        Passed(leaf.Certificate + _ca.RootPem, leaf.Key);
        new CertificateExam(new SystemRoots(() => [_ca.Root], _time), _time).Look(new PairText("cert.pem", "key.pem", leaf.Certificate, leaf.Key)).Succeeded.ShouldBeTrue();
    }

    [Fact]
    public void Look_SelfSigned_IsHeld()
    {
        var leaf = _ca.Issue(new LeafWish { IsSelfSigned = true }, "www.example.com");
        Passed(leaf.Certificate, leaf.Key);
    }

    [Fact]
    public void Look_EndedIntermediate_IsRefused()
    {
        var leaf = _ca.Issue("www.example.com");
        Refused(leaf.Certificate + _ca.EndedIntermediate.ExportCertificatePem(), leaf.Key, "cert.pem", "The chain has ended: “Own Intermediate” was good until");
    }

    /// <summary>A link whose time is to come was let pass.</summary>
    [Fact]
    public void Look_IntermediateNotYetGood_IsRefusedUntilItIs()
    {
        var leaf = _ca.Issue("www.example.com");
        var file = leaf.Certificate + _ca.FutureIntermediate.ExportCertificatePem();
        Refused(file, leaf.Key, "cert.pem", "The chain is not good yet: “Own Intermediate” is good only from").Retry.ShouldBeTrue();
        _time.Advance(TimeSpan.FromDays(2));
        Passed(file, leaf.Key);
    }

    /// <summary>Some tools leave the former intermediate in the file, before or behind the present one.</summary>
    [Fact]
    public void Look_IntermediateOfSeveralTimes_IsHeldByTheOneThatIsGood()
    {
        var leaf = _ca.Issue("www.example.com");
        Passed(leaf.Certificate + _ca.EndedIntermediate.ExportCertificatePem() + "\n" + _ca.FutureIntermediate.ExportCertificatePem() + "\n" + _ca.IntermediatePem, leaf.Key);
    }

    /// <summary>
    /// A chain whose upper link is missing was used without a word. It may be meant, as a private root may be with the clients alone, so it is told and not refused.
    /// </summary>
    [Fact]
    public void Look_ChainThatEndsAtNoRoot_SaysWhereItEnds()
    {
        var leaf = _ca.Issue("www.example.com");
        var file = leaf.Certificate + _ca.IntermediatePem;
        Look(file, leaf.Key).Value!.Notice.ShouldBe("The chain ends at “Own Intermediate”, which was signed by Own Root, neither in the file nor a root of this system: clients that do not know Own Root refuse it.");
        Look(file + _ca.RootPem, leaf.Key).Value!.Notice.ShouldBeNull();
        var pair = new PairText("cert.pem", "key.pem", file, leaf.Key) { Notice = "Everybody may read the key." };
        new CertificateExam(new SystemRoots(() => [_ca.Root], _time), _time).Look(pair).Value!.Notice.ShouldBe("Everybody may read the key.");
        new CertificateExam(new SystemRoots(() => [], _time), _time).Look(pair).Value!.Notice!.ShouldEndWith("refuse it. Everybody may read the key.");
    }

    [Fact]
    public void Look_ForClientsOnly_IsRefused()
    {
        var leaf = _ca.Issue(new LeafWish { IsForClients = true }, "www.example.com");
        Refused(leaf.Certificate + _ca.IntermediatePem, leaf.Key, "cert.pem", "is not for servers");
    }

    [Fact]
    public void Look_NoAlternativeNames_IsRefused()
    {
        var leaf = _ca.Issue();
        Refused(leaf.Certificate + _ca.IntermediatePem, leaf.Key, "cert.pem", "has no alternative names");
    }

    [Fact]
    public void Look_KeyUnderAPassword_SaysHowToTakeItOff()
    {
        var leaf = _ca.Issue("www.example.com");
        using var key = ECDsa.Create();
        key.ImportFromPem(leaf.Key);
        var locked = key.ExportEncryptedPkcs8PrivateKeyPem("secret", new PbeParameters(PbeEncryptionAlgorithm.Aes256Cbc, HashAlgorithmName.SHA256, 1000));
        Refused(leaf.Certificate + _ca.IntermediatePem, locked, "key.pem", "The private key is under a password.").Advice!.ShouldContain("openssl pkey");

        // The older form says it in a header, and is no block in order for a strict reader.
        Refused(leaf.Certificate, "-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES-128-CBC,00\n\nAAAA\n-----END RSA PRIVATE KEY-----\n", "key.pem", "The private key is under a password.");
    }

    [Fact]
    public void Look_CutAnywhere_IsNeverTakenForWhole()
    {
        var leaf = _ca.Issue("www.example.com");
        var whole = leaf.Certificate + _ca.IntermediatePem;

        // Up to the last hyphen: what is behind that is the line's end.
        for (var length = 0; length < whole.TrimEnd().Length; length += 7) Look(whole[..length], leaf.Key).Succeeded.ShouldBeFalse($"{length} characters");
        for (var length = 0; length < leaf.Key.TrimEnd().Length; length += 7) Look(whole, leaf.Key[..length]).Succeeded.ShouldBeFalse($"{length} characters of the key");
        Refused(whole[..^40], leaf.Key, "cert.pem", "The file is cut off or damaged");
        Refused(whole, leaf.Key[..^20], "key.pem", "The file is cut off or damaged");
    }

    [Fact]
    public void Look_Rubbish_SaysWhatIsMissing()
    {
        var leaf = _ca.Issue("www.example.com");
        Refused("rubbish", leaf.Key, "cert.pem", "There is no certificate in it.");
        Refused("", leaf.Key, "cert.pem", "There is no certificate in it.");
        Refused(leaf.Certificate, leaf.Certificate, "key.pem", "There is no private key in it.");
        Refused(leaf.Certificate, leaf.Key + leaf.Key, "key.pem", "There are 2 private keys in it.");
        Refused(leaf.Certificate, "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n", "key.pem", "The private key is damaged, or neither ECDSA nor RSA.");
        Refused("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n", leaf.Key, "cert.pem", "The certificate cannot be read");
    }

    [Theory]
    [InlineData("www.example.com", true)]
    [InlineData("a.example.net", true)]
    [InlineData("*.example.net", true)]
    [InlineData("a.b.example.net", false)]
    [InlineData("example.net", false)]
    [InlineData("*.example.com", false)]
    [InlineData("other.com", false)]
    public void Covers_NamesAndWildcards_StandForOneLabel(string host, bool covered)
    {
        var leaf = _ca.Issue("www.example.com", "*.example.net");
        var problem = CertificateExam.Covers(Passed(leaf.Certificate + _ca.IntermediatePem, leaf.Key), host, "cert.pem");
        if (covered) problem.ShouldBeNull();
        else problem!.Text.ShouldBe($"The certificate is for www.example.com, *.example.net, not for {host}.");
    }

    [Fact]
    public void Problems_AndPairs_NeverHoldTheKey()
    {
        var leaf = _ca.Issue("www.example.com");
        var secret = leaf.Key.Split('\n')[1];
        new PairText("cert.pem", "key.pem", leaf.Certificate, leaf.Key).ToString().ShouldNotContain(secret);
        foreach (var key in new[] { leaf.Key + leaf.Key, leaf.Key[..^20], leaf.Key.Replace(secret, secret[..20]) }) Look(leaf.Certificate, key).Problem.ToString().ShouldNotContain(secret[..20]);
    }

    private HeldCertificate Passed(string certificate, string key)
    {
        var looked = Look(certificate, key);
        looked.Succeeded.ShouldBeTrue(looked.Problems.ToString());
        return looked.Value!.Certificate;
    }

    private Problem Refused(string certificate, string key, string place, string text)
    {
        var problem = Look(certificate, key).Problem;
        problem.Subject.ShouldBe(place);
        problem.Text.ShouldContain(text);
        problem.Advice.ShouldNotBeNullOrEmpty();
        return problem;
    }

    private Outcome<Examined> Look(string certificate, string key) =>
        new CertificateExam(new SystemRoots(() => [], _time), _time).Look(new PairText("cert.pem", "key.pem", certificate, key));
}
