using Microsoft.Extensions.Logging.Abstractions;
using Signalbox.Certificates.Acme;
using Signalbox.Host;
using Signalbox.Model;
using Signalbox.Sources.Files;
using Signalbox.Store.Sqlite;
using Signalbox.Tests.Certificates.Dns;
using Signalbox.Tests.Support;

namespace Signalbox.Tests.Host;

/// <summary>The config's part about certificates, as it comes into force: at a start, and while the daemon runs.</summary>
public sealed class PublicCertificatesTests : IAsyncDisposable
{
    private static readonly IssuerConfig Ready = new("main", new Uri("https://acme.example/directory")) { Email = "me@example.com", TermsAgreed = true };

    private readonly TemporaryHome _home = new();
    private readonly SqliteClaimStore _store;

    public PublicCertificatesTests() => _store = SqliteClaimStore.Open(_home.Layout, TimeProvider.System).Value!;

    public async ValueTask DisposeAsync()
    {
        await _store.DisposeAsync();
        _home.Dispose();
    }

    /// <summary>A root file that was not there kept the whole daemon from starting, with every route it had.</summary>
    [Fact]
    public async Task Start_RootFileThatCannotBeRead_PausesItsIssuerAndNothingElse()
    {
        var missing = Path.Combine(_home.Layout.Root, "ca.pem");
        await using var certificates = Make(new SignalboxConfig { Issuers = [Ready with { RootFile = missing }] });
        var manager = certificates.Manager;
        certificates.Problems.ShouldHaveSingleItem().Subject.ShouldBe(missing);
        manager.Unready!.Text.ShouldContain("cannot be read");
        certificates.Apply(new SignalboxConfig { Issuers = [Ready] });
        certificates.Problems.ShouldBeEmpty();
        manager.Unready.ShouldBeNull();
    }

    [Fact]
    public async Task Apply_IssuerThatCannotBeUsed_LeavesTheOldInForce()
    {
        await using var certificates = Make(new SignalboxConfig { Issuers = [Ready] });
        var manager = certificates.Manager;
        certificates.Apply(new SignalboxConfig { Issuers = [Ready with { ExternalAccount = new ExternalAccountConfig("kid", "not base64url!") }] });
        certificates.Problems.ShouldNotBeEmpty();
        manager.Unready.ShouldBeNull();

        // The old one written again is right again.
        certificates.Apply(new SignalboxConfig { Issuers = [Ready] });
        certificates.Problems.ShouldBeEmpty();
    }

    [Fact]
    public async Task Apply_NamesAndTerms_ComeIntoForceAtOnce()
    {
        await using var certificates = Make(new SignalboxConfig { Issuers = [Ready with { TermsAgreed = false }] });
        var manager = certificates.Manager;
        manager.Want("www.example.com");
        manager.Unready!.Advice!.ShouldContain("termsAgreed: true");
        certificates.Apply(new SignalboxConfig { Issuers = [Ready], Names = [new NameConfig("*.example.com") { Off = true }] });
        manager.Unready.ShouldBeNull();
        manager.Find("www.example.com")!.Off.ShouldBeTrue();
        certificates.Apply(new SignalboxConfig { Issuers = [Ready], Names = [new NameConfig("*.example.com") { Off = true }, new NameConfig("www.example.com") { Key = "rsa-2048" }] });
        manager.Find("www.example.com")!.Off.ShouldBeFalse();
    }

    /// <summary>The resolvers of the start were asked for dns-01 until the daemon ended, whatever was saved since.</summary>
    [Fact]
    public async Task Apply_Resolvers_AreAskedFromThenOn()
    {
        await using var former = ScriptedDns.Start();
        await using var latter = ScriptedDns.Start();
        var config = new SignalboxConfig { Issuers = [Ready], DnsProviders = [new DnsProviderConfig("hook", DnsProviderConfig.Exec) { Command = ["true"], Zones = ["acme.example.net"] }], Resolvers = [$"{ScriptedDns.Resolver}:{former.Port}"] };
        await using var certificates = Make(config);
        var solver = certificates.Challenges.Solvers.Single(solver => solver.Type == ChallengeType.Dns);
        var name = Identifier.Parse("www.example.com").Value!;
        await solver.ObstacleAsync(name, TestContext.Current.CancellationToken);
        former.Asked.ShouldNotBeEmpty();
        former.Asked.Clear();
        certificates.Apply(config with { Resolvers = [$"{ScriptedDns.Resolver}:{latter.Port}"] });
        await solver.ObstacleAsync(name, TestContext.Current.CancellationToken);
        former.Asked.ShouldBeEmpty();
        latter.Asked.ShouldNotBeEmpty();
    }

    /// <summary>A token that was replaced in its file was not taken up, as the config itself was the same.</summary>
    [Fact]
    public async Task Apply_SameConfig_ReadsItsFilesAnew()
    {
        var token = Path.Combine(_home.Layout.Root, "token");
        File.WriteAllText(token, "secret");
        var config = new SignalboxConfig { Issuers = [Ready], DnsProviders = [new DnsProviderConfig("cf", DnsProviderConfig.Cloudflare) { TokenFile = token }] };
        await using var certificates = Make(config);
        certificates.Problems.ShouldBeEmpty();
        File.WriteAllText(token, "two words");
        certificates.Apply(config);
        certificates.Problems.ShouldHaveSingleItem().Subject.ShouldBe(token);
        File.WriteAllText(token, "another");
        certificates.Apply(config);
        certificates.Problems.ShouldBeEmpty();
    }

    private PublicCertificates Make(SignalboxConfig config) =>
        new(config, (_home.Layout, _store, TimeProvider.System), name => HostName.IsWithin(name, "localhost"), () => null, NullLogger.Instance);
}
