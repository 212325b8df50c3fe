using System.Security.Cryptography.X509Certificates;
using Signalbox.Certificates.Acme;
using Signalbox.Certificates.Acme.Chains;
using Signalbox.Certificates.Acme.Keys;
using Signalbox.EndToEnd.Support;

namespace Signalbox.EndToEnd.Certificates;

/// <summary>Certificates from a real CA, by each challenge.</summary>
public sealed class PebbleOrderTests
{
    [Theory]
    [InlineData(ChallengeType.Http, nameof(KeyKind.EcdsaP256))]
    [InlineData(ChallengeType.Dns, nameof(KeyKind.EcdsaP384))]
    [InlineData(ChallengeType.TlsAlpn, nameof(KeyKind.Rsa2048))]
    public async Task Order_ByEachChallenge_IsIssuedAndTrusted(string challenge, string kindName)
    {
        var kind = Enum.Parse<KeyKind>(kindName);
        await using var pebble = await Pebble.StartAsync();
        using var client = pebble.Client();
        var account = await client.AccountAsync();
        using var issued = await pebble.IssueAsync(client, account, challenge, Ordering.Names("one.example.org", "two.example.org"), kind);
        issued.Order.Status.ShouldBe(OrderStatus.Valid);
        using var root = await pebble.RootAsync();
        Trusts(root, issued.Chain).ShouldBeTrue();
        issued.Chain.Leaf.MatchesHostname("two.example.org").ShouldBeTrue();
    }

    [Fact]
    public async Task Order_OfAWildcard_IsIssuedByDns()
    {
        await using var pebble = await Pebble.StartAsync();
        using var client = pebble.Client();
        var account = await client.AccountAsync();

        // The name and its wildcard are two authorizations with one record name.
        using var issued = await pebble.IssueAsync(client, account, ChallengeType.Dns, Ordering.Names("example.org", "*.example.org"));
        issued.Chain.Leaf.MatchesHostname("any.example.org").ShouldBeTrue();
        var authorizations = new List<Authorization>();
        foreach (var url in issued.Order.Authorizations) authorizations.Add(await client.Authorizations.FetchAsync(account, url, default).Done());
        authorizations.ShouldAllBe(authorization => authorization.Identifier.Value == "example.org");
        authorizations.Count(authorization => authorization.Wildcard).ShouldBe(1);
    }

    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("::1")]
    public async Task Order_OfAnAddress_IsIssued(string address)
    {
        await using var pebble = await Pebble.StartAsync();
        using var client = pebble.Client();
        var account = await client.AccountAsync();
        using var issued = await pebble.IssueAsync(client, account, ChallengeType.Http, Ordering.Names(address));
        issued.Chain.Leaf.MatchesHostname(address).ShouldBeTrue();
    }

    [Theory]
    [InlineData("alpn.example.org")]
    [InlineData("127.0.0.1")]
    [InlineData("::1")]
    public async Task Order_WithOurOwnValidationCertificate_IsAuthorized(string name)
    {
        await using var responder = new TlsAlpnResponder(name == "::1" ? name : "127.0.0.1");
        await using var pebble = await Pebble.StartAsync(new PebbleOptions { TlsPort = responder.Port });
        using var client = pebble.Client();
        var account = await client.AccountAsync();
        var names = Ordering.Names(name);
        var order = await client.Orders.CreateAsync(account, new NewOrder(names), default).Done();
        var authorization = await client.Authorizations.FetchAsync(account, order.Authorizations[0], default).Done();
        var challenge = authorization.Find(ChallengeType.TlsAlpn)!;
        using var certificate = TlsAlpnCertificate.Create(authorization.Identifier, KeyAuthorization.Of(challenge.Token!, account.Key), DateTimeOffset.UtcNow);
        responder.Show(certificate);
        await client.Challenges.RespondAsync(account, challenge, default).Done();
        await client.AuthorizedAsync(account, authorization.Url);
        responder.Asked.ShouldContain(names[0].ServerName);
    }

    [Fact]
    public async Task Order_WhoseChallengeFails_TellsTheReasonInTheWordsOfTheCa()
    {
        await using var pebble = await Pebble.StartAsync();
        using var client = pebble.Client();
        var account = await client.AccountAsync();
        var order = await client.Orders.CreateAsync(account, new NewOrder(Ordering.Names("wrong.example.org")), default).Done();
        var authorization = await client.Authorizations.FetchAsync(account, order.Authorizations[0], default).Done();
        var challenge = authorization.Find(ChallengeType.Http)!;
        await pebble.AddHttpAsync(challenge.Token!, "something else");
        await client.Challenges.RespondAsync(account, challenge, default).Done();
        await Wait.UntilAsync("the authorization is invalid", async () => (await client.Authorizations.FetchAsync(account, authorization.Url, default).Done()).Status == AuthorizationStatus.Invalid);
        var failed = await client.Challenges.FetchAsync(account, challenge, default).Done();
        failed.Status.ShouldBe(ChallengeStatus.Invalid);
        failed.Error!.Type.ShouldStartWith(AcmeProblemType.Prefix);
        failed.Error.Detail.ShouldNotBeNullOrEmpty();
        (await client.Orders.FinalizeAsync(account, order, SigningRequest.Create(account.Key, order.Identifiers), default).Refused()).Kind.ShouldBe(AcmeFailureKind.Refused);
    }

    [Fact]
    public async Task Chain_PreferredByTheNameOfItsRoot_IsTheAlternateOne()
    {
        await using var pebble = await Pebble.StartAsync(new PebbleOptions { AlternateRoots = 2 });
        using var client = pebble.Client();
        var account = await client.AccountAsync();
        for (var number = 0; number <= 2; number++)
        {
            using var root = await pebble.RootAsync(number);
            var name = root.GetNameInfo(X509NameType.SimpleName, forIssuer: false);
            using var issued = await pebble.IssueAsync(client, account, ChallengeType.Http, Ordering.Names($"chain{number}.example.org"), issuer: name);
            Trusts(root, issued.Chain).ShouldBeTrue(name);
        }
    }

    /// <summary>Whether a client that has this root alone trusts the chain as it would be sent.</summary>
    private static bool Trusts(X509Certificate2 root, CertificateChain sent)
    {
        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.Add(root);
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        chain.ChainPolicy.DisableCertificateDownloads = true;
        foreach (var certificate in sent.Certificates.Skip(1)) chain.ChainPolicy.ExtraStore.Add(certificate);
        return chain.Build(sent.Leaf);
    }
}
