using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.Extensions.Logging.Abstractions;
using Signalbox.Certificates.LocalAuthority;
using Signalbox.Model;
using Signalbox.Store;
using Signalbox.Tests.Support;

namespace Signalbox.Tests.Certificates;

public sealed class AuthorityTests : IDisposable
{
    private readonly TemporaryHome _home = new();
    private readonly FakeTimeProvider _time = new();

    public void Dispose() => _home.Dispose();

    [Theory]
    [InlineData("localhost")]
    [InlineData("app.main.localhost")]
    [InlineData("a.test")]
    [InlineData("db.internal")]
    [InlineData("nas.home.arpa")]
    [InlineData("x.localtest.me")]
    [InlineData("x.lvh.me")]
    [InlineData("x.127.0.0.1.nip.io")]
    [InlineData("x.dev.example.com")]
    [InlineData("127.0.0.1")]
    [InlineData("::1")]
    public async Task FindAsync_NameInTheSubtrees_OpenSslVerifiesTheLeafForIt(string host)
    {
        await using var authority = Open("dev.example.com");
        var found = (await authority.FindAsync(host, keep: true)).ShouldNotBeNull();

        authority.Covers(host).ShouldBeTrue();
        found.Chain.ShouldBeEmpty();
        var check = host.Contains(':') || char.IsDigit(host[^1]) ? "-verify_ip" : "-verify_hostname";
        var leaf = Save("leaf.pem", found.Leaf);
        var (exit, output) = await Tool.RunAsync("openssl", "verify", "-x509_strict", "-purpose", "sslserver", check, host, "-CAfile", _home.Layout.RootCertificate, leaf);
        output.ShouldContain("OK");
        exit.ShouldBe(0);
    }

    [Theory]
    [InlineData("example.com")]
    [InlineData("localhost.example.com")]
    [InlineData("notlocalhost")]
    [InlineData("nip.io")]
    [InlineData("10.0.0.1")]
    [InlineData("127.1")]
    [InlineData("::ffff:127.0.0.1")]
    [InlineData("a..localhost")]
    [InlineData("-a.localhost")]
    [InlineData("../x.localhost")]
    [InlineData("")]
    public async Task FindAsync_NameOutside_GivesNoneAndSaysSo(string host)
    {
        await using var authority = Open();
        authority.Covers(host).ShouldBeFalse();
        (await authority.FindAsync(host, keep: true)).ShouldBeNull();
        authority.Describe(host).State.ShouldBe("unavailable");
    }

    [Theory]
    [InlineData("example.com")]
    [InlineData("8.8.8.8")]
    public async Task Root_LeafForgedForTheWorldWithItsKey_IsRefusedByOpenSslAndByDotNet(string host)
    {
        await using var authority = Open();
        using var key = ECDsa.Create();
        key.ImportFromPem(File.ReadAllText(_home.Layout.RootKey));
        var forger = new LeafIssuer(new RootCertificate(authority.Root, key, NameConstraints.Of(authority.Root)!));
        var forged = forger.Issue(host, _time.GetUtcNow()).Server.Leaf;

        var (exit, output) = await Tool.RunAsync("openssl", "verify", "-CAfile", _home.Layout.RootCertificate, Save("forged.pem", forged));
        exit.ShouldNotBe(0);
        output.ShouldContain("permitted subtree violation");
        using var chain = Chain(authority.Root);
        chain.Build(forged).ShouldBeFalse();

        using var honest = Chain(authority.Root);
        honest.Build((await authority.FindAsync("app.localhost", keep: false))!.Leaf).ShouldBeTrue();
    }

    [Fact]
    public async Task Root_OnDisk_IsConstrainedCriticalAndItsKeyIsSecret()
    {
        await using var authority = Open();
        File.GetUnixFileMode(_home.Layout.RootKey).ShouldBe(AtomicFile.Secret);
        File.GetUnixFileMode(_home.Layout.RootCertificate).ShouldBe(AtomicFile.Public);
        var (_, text) = await Tool.RunAsync("openssl", "x509", "-noout", "-text", "-in", _home.Layout.RootCertificate);
        text.ShouldContain("X509v3 Name Constraints: critical");
        text.ShouldContain("X509v3 Basic Constraints: critical");
        text.ShouldContain("CA:TRUE, pathlen:0");
        text.ShouldContain("DNS:127.0.0.1.nip.io");
        text.ShouldContain("IP:127.0.0.0/255.0.0.0");
        text.ShouldContain("Certificate Sign, CRL Sign");
    }

    [Fact]
    public async Task Leaf_Kept_IsServedAgainAfterARestart()
    {
        string first;
        await using (var authority = Open()) first = (await authority.FindAsync("app.localhost", keep: true))!.Leaf.SerialNumber;
        File.GetUnixFileMode(_home.Layout.LocalCertificate("app.localhost")).ShouldBe(AtomicFile.Secret);

        await using var again = Open();
        (await again.FindAsync("app.localhost", keep: true))!.Leaf.SerialNumber.ShouldBe(first);
        again.List().Select(report => report.Name).ShouldContain("app.localhost");
    }

    [Fact]
    public async Task Leaf_NotKept_LeavesNothingOnDiskUntilItsNameIsRouted()
    {
        await using (var authority = Open())
        {
            var passing = await authority.FindAsync("app.localhost", keep: false);
            authority.Describe("app.localhost").State.ShouldBe("valid");
            (await authority.FindAsync("b.localhost", keep: false)).ShouldNotBeNull();
            (await authority.FindAsync("app.localhost", keep: true)).ShouldBeSameAs(passing);
        }

        Directory.GetFiles(_home.Layout.LocalCertificates).ShouldBe([_home.Layout.LocalCertificate("app.localhost")]);
    }

    [Fact]
    public async Task FindAsync_ManyAtOnceForOneHost_IssuesOnce()
    {
        await using var authority = Open();
        var found = await Task.WhenAll(Enumerable.Range(0, 100).Select(_ => Task.Run(() => authority.FindAsync("app.localhost", keep: true).AsTask())));
        found.Distinct().ShouldHaveSingleItem();
    }

    [Fact]
    public async Task FindAsync_KnownName_AnswersAtOnce()
    {
        await using var authority = Open();
        await authority.FindAsync("app.localhost", keep: true);
        authority.FindAsync("app.localhost", keep: true).AsTask().IsCompletedSuccessfully.ShouldBeTrue();
    }

    [Fact]
    public async Task Sweep_AThirdOfLifeLeft_RenewsWhatWasAskedFor()
    {
        await using var authority = Open();
        var first = await authority.FindAsync("app.localhost", keep: true);
        _time.Advance(TimeSpan.FromDays(9));
        await authority.SweepAsync();
        (await authority.FindAsync("app.localhost", keep: true)).ShouldBeSameAs(first);

        _time.Advance(TimeSpan.FromDays(0.5));
        await authority.SweepAsync();
        var second = await authority.FindAsync("app.localhost", keep: true);
        second.ShouldNotBeSameAs(first);
        new DateTimeOffset(second!.Leaf.NotAfter).ShouldBeGreaterThan(_time.GetUtcNow() + TimeSpan.FromDays(13));
    }

    [Fact]
    public async Task Timer_AThirdOfLifeLeft_RenewsTheFileWithoutBeingAsked()
    {
        await using var authority = Open();
        await authority.FindAsync("app.localhost", keep: true);
        var first = await KeptAsync("app.localhost", _ => true);
        _time.Advance(TimeSpan.FromDays(9.5));
        (await KeptAsync("app.localhost", pem => pem != first)).ShouldNotBe(first);
    }

    [Fact]
    public async Task FindAsync_LongestName_IsKeptUnderAShorterFileName()
    {
        var label = new string('a', 61);
        var host = $"{label}.{label}.{label}.{new string('b', 57)}.localhost";
        host.Length.ShouldBe(HostName.MaxLength);
        await using (var authority = Open()) (await authority.FindAsync(host, keep: true)).ShouldNotBeNull();
        await using var again = Open();
        again.Describe(host).State.ShouldBe("valid");
        (await again.FindAsync(host, keep: true))!.Leaf.MatchesHostname(host).ShouldBeTrue();
    }

    [Fact]
    public async Task Problems_ClockOutsideTheRootsTime_SaySo()
    {
        await using var authority = Open();
        authority.Problems.ShouldBeEmpty();
        _time.Advance(TimeSpan.FromDays(3700));
        authority.Problems.ShouldHaveSingleItem().Advice.ShouldNotBeNull().ShouldContain("Restart");
        (await authority.FindAsync("app.localhost", keep: true)).ShouldBeNull();

        // The next start makes a new root, because this one has ended.
        await using var next = Open();
        next.Notices.ShouldHaveSingleItem();
        next.Problems.ShouldBeEmpty();
    }

    [Fact]
    public async Task FindAsync_MoreUnroutedNamesThanTheBound_ForgetsTheOldest()
    {
        await using var authority = Open();
        var first = await authority.FindAsync("a.localhost", keep: false);
        for (var i = 0; i < 256; i++) await authority.FindAsync($"a{i}.localhost", keep: false);
        authority.Describe("a.localhost").State.ShouldBe("not-issued");
        authority.Describe("a0.localhost").State.ShouldBe("valid");
        (await authority.FindAsync("a.localhost", keep: false)).ShouldNotBeSameAs(first);
    }

    [Fact]
    public async Task FindAsync_ExpiredWhileNobodyAsked_IssuesAnew()
    {
        await using var authority = Open();
        await authority.FindAsync("app.localhost", keep: false);
        _time.Advance(TimeSpan.FromDays(15));
        var found = await authority.FindAsync("app.localhost", keep: false);
        new DateTimeOffset(found!.Leaf.NotAfter).ShouldBeGreaterThan(_time.GetUtcNow());
    }

    [Fact]
    public async Task Sweep_KeptLeafNobodyAskedFor_IsRemovedOnceEnded()
    {
        await using (var authority = Open()) await authority.FindAsync("old.localhost", keep: true);
        await using var again = Open();
        _time.Advance(TimeSpan.FromDays(15));
        await again.SweepAsync();
        Directory.GetFiles(_home.Layout.LocalCertificates).ShouldBeEmpty();
    }

    [Fact]
    public async Task Leaf_DamagedFile_IsIssuedAnew()
    {
        await using (var authority = Open()) await authority.FindAsync("app.localhost", keep: true);
        var path = _home.Layout.LocalCertificate("app.localhost");
        File.WriteAllText(path, File.ReadAllText(path)[..200]);
        await using (var again = Open()) (await again.FindAsync("app.localhost", keep: true)).ShouldNotBeNull();
        Leaf.Read(File.ReadAllText(path)).ShouldNotBeNull();
    }

    [Fact]
    public async Task Leaf_DiskRefusesToKeepIt_IsServedFromMemoryAndReported()
    {
        Directory.CreateDirectory(_home.Layout.Certificates);
        File.WriteAllText(_home.Layout.LocalCertificates, "a file where the directory should be");
        var authority = Open();
        (await authority.FindAsync("app.localhost", keep: true)).ShouldNotBeNull();
        await authority.DisposeAsync();
        authority.Problems.ShouldHaveSingleItem().Type.ShouldBe(ProblemType.StoreFull);
    }

    /// <summary>The kept file's text once it is as wished: it is written behind the answer.</summary>
    private async Task<string> KeptAsync(string host, Func<string, bool> wished)
    {
        var path = _home.Layout.LocalCertificate(host);
        while (true)
        {
            if (File.Exists(path) && await File.ReadAllTextAsync(path, TestContext.Current.CancellationToken) is var pem && wished(pem)) return pem;
            await Task.Delay(10, TestContext.Current.CancellationToken);
        }
    }

    private Authority Open(params string[] domains) => Authority.Open(_home.Layout, ["localhost", .. domains], _time, NullLogger.Instance).Value.ShouldNotBeNull();

    private string Save(string name, X509Certificate2 certificate)
    {
        var path = Path.Combine(_home.Layout.Root, name);
        File.WriteAllText(path, certificate.ExportCertificatePem());
        return path;
    }

    private static X509Chain Chain(X509Certificate2 root)
    {
        var chain = new X509Chain { ChainPolicy = { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck } };
        chain.ChainPolicy.CustomTrustStore.Add(root);
        return chain;
    }
}
