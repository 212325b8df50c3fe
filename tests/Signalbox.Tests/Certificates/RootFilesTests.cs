using Microsoft.Extensions.Logging.Abstractions;
using Signalbox.Certificates.LocalAuthority;
using Signalbox.Model;
using Signalbox.Store;
using Signalbox.Tests.Support;

namespace Signalbox.Tests.Certificates;

public sealed class RootFilesTests : IDisposable
{
    private readonly TemporaryHome _home = new();

    private HomeLayout Home => _home.Layout;

    public void Dispose() => _home.Dispose();

    [Fact]
    public void Open_ManyAtTheSameInstant_MakeOneRoot()
    {
        var fingerprints = new System.Collections.Concurrent.ConcurrentBag<string>();
        Parallel.For(0, 8, _ => fingerprints.Add(Fingerprint()));
        fingerprints.Distinct().ShouldHaveSingleItem();
    }

    [Fact]
    public void Open_LeftoversOfAKillBeforeAnythingWasNamed_MakesARootAndCleansUp()
    {
        Directory.CreateDirectory(Home.Authority);
        File.WriteAllText(AtomicFile.Temporary(Home.RootKey), "half");
        File.WriteAllText(AtomicFile.Temporary(Home.RootCertificate), "half");
        Fingerprint();
        Directory.GetFiles(Home.Authority).ShouldBe([Home.RootCertificate, Home.RootKey, Home.RootLock], ignoreOrder: true);
    }

    [Fact]
    public void Open_KilledBetweenTheTwoRenames_FinishesTheSameRoot()
    {
        var made = Fingerprint();
        File.Move(Home.RootCertificate, AtomicFile.Temporary(Home.RootCertificate));
        Fingerprint().ShouldBe(made);
        File.Exists(AtomicFile.Temporary(Home.RootCertificate)).ShouldBeFalse();
    }

    [Fact]
    public void Open_KilledBetweenTheTwoRenamesOfAReplacement_FinishesTheNewRoot()
    {
        Fingerprint();
        var old = File.ReadAllBytes(Home.RootCertificate);
        var replaced = Fingerprint("dev.example.com");
        File.Move(Home.RootCertificate, AtomicFile.Temporary(Home.RootCertificate));
        File.WriteAllBytes(Home.RootCertificate, old);
        Fingerprint("dev.example.com").ShouldBe(replaced);
    }

    [Fact]
    public async Task Open_NewBaseDomain_KeepsTheOldAsideAndSaysTrustAgain()
    {
        var old = Fingerprint();
        await using var authority = Open("dev.example.com").Value!;
        authority.Notices.ShouldHaveSingleItem().ShouldContain("signalbox trust");
        authority.Domains.ShouldContain("dev.example.com");
        var aside = Directory.GetDirectories(Home.Authority).ShouldHaveSingleItem();
        aside.ShouldContain(old[..8].ToLowerInvariant());
        File.GetUnixFileMode(Path.Combine(aside, "root.key")).ShouldBe(AtomicFile.Secret);

        await using var again = Open("dev.example.com").Value!;
        again.Notices.ShouldBeEmpty();
    }

    [Fact]
    public async Task Open_NewRoot_LeavesOfTheOldAreIssuedAnew()
    {
        string old;
        await using (var authority = Open().Value!) old = (await authority.FindAsync("app.localhost", keep: true))!.Leaf.Thumbprint;
        await using var wider = Open("dev.example.com").Value!;
        wider.Describe("app.localhost").State.ShouldBe("expired");
        (await wider.FindAsync("app.localhost", keep: true))!.Leaf.Thumbprint.ShouldNotBe(old);
    }

    [Theory]
    [InlineData("certificate damaged")]
    [InlineData("key damaged")]
    [InlineData("key empty")]
    [InlineData("key of another")]
    [InlineData("key missing")]
    [InlineData("certificate missing")]
    public void Open_DamagedRoot_IsAProblemAndNothingIsReplaced(string what)
    {
        Fingerprint();
        if (what == "certificate damaged") File.WriteAllText(Home.RootCertificate, File.ReadAllText(Home.RootCertificate)[..100]);
        if (what == "key damaged") File.WriteAllText(Home.RootKey, File.ReadAllText(Home.RootKey)[..60]);
        if (what == "key empty") File.WriteAllText(Home.RootKey, "");
        if (what == "key of another") File.WriteAllText(Home.RootKey, System.Security.Cryptography.ECDsa.Create().ExportPkcs8PrivateKeyPem());
        if (what == "key missing") File.Delete(Home.RootKey);
        if (what == "certificate missing") File.Delete(Home.RootCertificate);
        var before = Directory.GetFiles(Home.Authority).ToDictionary(path => path, File.ReadAllText);

        var opened = Open();
        opened.Succeeded.ShouldBeFalse();
        opened.Problem.Type.ShouldBe(ProblemType.StoreDamaged);
        opened.Problem.Advice.ShouldNotBeNull().ShouldContain("signalbox trust");
        Directory.GetFiles(Home.Authority).ToDictionary(path => path, File.ReadAllText).ShouldBe(before, ignoreOrder: true);
    }

    [Fact]
    public void Open_KeyOpenToOthers_ClosesIt()
    {
        Fingerprint();
        File.SetUnixFileMode(Home.RootKey, AtomicFile.Public);
        Fingerprint();
        File.GetUnixFileMode(Home.RootKey).ShouldBe(AtomicFile.Secret);
    }

    [Fact]
    public void Open_HomeIsAFile_IsAProblem()
    {
        File.WriteAllText(Home.Authority, "");
        Open().Problem.Type.ShouldBe(ProblemType.HomeUnusable);
    }

    [Fact]
    public void Open_BaseDomainIsNoHostName_NamesIt()
    {
        var opened = Open("not a host", "also_not");
        opened.Problems.Count.ShouldBe(2);
        Directory.Exists(Home.Authority).ShouldBeFalse();
    }

    private Outcome<Authority> Open(params string[] domains) => Authority.Open(Home, ["localhost", .. domains], TimeProvider.System, NullLogger.Instance);

    private string Fingerprint(params string[] domains)
    {
        var opened = Open(domains);
        opened.Succeeded.ShouldBeTrue(opened.Succeeded ? null : opened.Problem.ToString());
        return opened.Value!.Root.GetCertHashString(System.Security.Cryptography.HashAlgorithmName.SHA256);
    }
}
