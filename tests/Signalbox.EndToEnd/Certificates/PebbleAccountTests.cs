using Signalbox.Certificates.Acme;
using Signalbox.Certificates.Acme.Keys;
using Signalbox.Model;

namespace Signalbox.EndToEnd.Certificates;

/// <summary>Accounts, revocation and everything else that RFC 8555 has beside the order, with a real CA.</summary>
public sealed class PebbleAccountTests
{
    /// <summary>As Pebble's documentation has them.</summary>
    private const string MacKey = "zWNDZM6eQGHWpSRTPal5eIUYFTu7EajVIoguysqZ9wG44nMEtx3MUAsUDkMTQ12W";

    [Fact]
    public async Task Nonces_EverySecondOneRefused_AreRetriedInsideTheWire()
    {
        await using var pebble = await Pebble.StartAsync(new PebbleOptions { NonceReject = 50 });
        using var client = pebble.Client();
        var account = await client.AccountAsync();
        using var issued = await pebble.IssueAsync(client, account, ChallengeType.Http, Ordering.Names("nonce.example.org"));
        issued.Order.Status.ShouldBe(OrderStatus.Valid);
    }

    [Fact]
    public async Task Orders_ManyAtOnce_ShareOneClient()
    {
        await using var pebble = await Pebble.StartAsync(new PebbleOptions { NonceReject = 20 });
        using var client = pebble.Client();
        var account = await client.AccountAsync();
        var all = await Task.WhenAll(Enumerable.Range(0, 20).Select(number => pebble.IssueAsync(client, account, ChallengeType.Http, Ordering.Names($"many{number}.example.org"))));
        all.Select(issued => issued.Order.Url).Distinct().Count().ShouldBe(20);
        foreach (var issued in all) issued.Dispose();
    }

    [Theory]
    [InlineData(nameof(KeyKind.EcdsaP256))]
    [InlineData(nameof(KeyKind.EcdsaP384))]
    [InlineData(nameof(KeyKind.Rsa2048))]
    public async Task Account_OfEachKind_IsMadeFoundUpdatedAndDeactivated(string kindName)
    {
        var kind = Enum.Parse<KeyKind>(kindName);
        await using var pebble = await Pebble.StartAsync();
        using var client = pebble.Client();
        using var key = AcmeKey.Generate(kind);
        (await client.Accounts.FindAsync(key, default).Refused()).Is(AcmeProblemType.AccountDoesNotExist).ShouldBeTrue();
        (await client.Accounts.CreateAsync(key, new NewAccount([], TermsAgreed: false), default).Refused()).Kind.ShouldBe(AcmeFailureKind.Refused);
        var made = await client.Accounts.CreateAsync(key, new NewAccount(["one@example.org"], TermsAgreed: true), default).Done();
        made.IsNew.ShouldBeTrue();
        made.Contacts.ShouldBe(["mailto:one@example.org"]);
        var found = await client.Accounts.FindAsync(key, default).Done();
        (found.Url, found.IsNew).ShouldBe((made.Url, false));
        var identity = new AcmeIdentity(key, made.Url);
        (await client.Accounts.UpdateContactsAsync(identity, ["two@example.org"], default).Done()).Contacts.ShouldBe(["mailto:two@example.org"]);
        (await client.Accounts.FetchAsync(identity, default).Done()).Contacts.ShouldBe(["mailto:two@example.org"]);
        (await client.Accounts.DeactivateAsync(identity, default).Done()).Status.ShouldBe(AccountStatus.Deactivated);
        (await client.Orders.CreateAsync(identity, new NewOrder(Ordering.Names("late.example.org")), default).Refused()).Is(AcmeProblemType.Unauthorized).ShouldBeTrue();
    }

    [Fact]
    public async Task Account_AfterAKeyChange_IsTheSameWithTheNewKeyAlone()
    {
        await using var pebble = await Pebble.StartAsync();
        using var client = pebble.Client();
        var old = await client.AccountAsync();
        var changed = await client.Accounts.ChangeKeyAsync(old, AcmeKey.Generate(KeyKind.Rsa2048), default).Done();
        (await client.Accounts.FindAsync(changed.Key, default).Done()).Url.ShouldBe(old.Account);
        (await client.Accounts.FindAsync(old.Key, default).Refused()).Is(AcmeProblemType.AccountDoesNotExist).ShouldBeTrue();
        using var issued = await pebble.IssueAsync(client, changed, ChallengeType.Http, Ordering.Names("changed.example.org"));
    }

    [Fact]
    public async Task Account_WhereTheCaWantsABinding_IsMadeWithOneAlone()
    {
        await using var pebble = await Pebble.StartAsync(new PebbleOptions { ExternalAccounts = new() { ["kid-1"] = MacKey } });
        using var client = pebble.Client();
        (await client.Directory.FetchAsync(default).Done()).ExternalAccountRequired.ShouldBeTrue();
        using var key = AcmeKey.Generate();
        (await client.Accounts.CreateAsync(key, new NewAccount([], TermsAgreed: true), default).Refused()).Is(AcmeProblemType.ExternalAccountRequired).ShouldBeTrue();
        var wrong = ExternalAccount.Parse("kid-1", MacKey.Replace('z', 'y')).Value!;
        (await client.Accounts.CreateAsync(key, new NewAccount([], TermsAgreed: true, wrong), default).Refused()).Kind.ShouldBe(AcmeFailureKind.Refused);
        var right = ExternalAccount.Parse("kid-1", MacKey).Value!;
        (await client.Accounts.CreateAsync(key, new NewAccount([], TermsAgreed: true, right), default).Done()).IsNew.ShouldBeTrue();
    }

    [Fact]
    public async Task Account_OrdersOnSeveralPages_AreAllListed()
    {
        await using var pebble = await Pebble.StartAsync(new PebbleOptions { OrdersPerPage = 2 });
        using var client = pebble.Client();
        var account = await client.AccountAsync();
        var made = new List<Uri>();
        for (var number = 0; number < 5; number++) made.Add((await client.Orders.CreateAsync(account, new NewOrder(Ordering.Names($"n{number}.example.org")), default).Done()).Url);
        var orders = (await client.Accounts.FetchAsync(account, default).Done()).Orders;
        (await client.Accounts.OrdersAsync(account, orders!, default).Done()).ShouldBe(made, ignoreOrder: true);
    }

    [Fact]
    public async Task Authorization_Deactivated_IsNoLongerWorthAnything()
    {
        await using var pebble = await Pebble.StartAsync(new PebbleOptions { AuthorizationReuse = 100 });
        using var client = pebble.Client();
        var account = await client.AccountAsync();
        using var issued = await pebble.IssueAsync(client, account, ChallengeType.Http, Ordering.Names("given.example.org"));
        var authorization = issued.Order.Authorizations[0];
        (await client.Authorizations.DeactivateAsync(account, authorization, default).Done()).Status.ShouldBe(AuthorizationStatus.Deactivated);
        var again = await client.Orders.CreateAsync(account, new NewOrder(issued.Order.Identifiers), default).Done();
        again.Authorizations.ShouldNotContain(authorization);
    }

    [Theory]
    [InlineData(false, nameof(RevocationReason.Superseded), 4)]
    [InlineData(true, nameof(RevocationReason.KeyCompromise), 1)]
    [InlineData(false, null, 0)]
    public async Task Revocation_ByAccountOrByCertificateKey_IsKnownToTheCa(bool byCertificateKey, string? reasonName, int code)
    {
        RevocationReason? reason = reasonName is null ? null : Enum.Parse<RevocationReason>(reasonName);
        await using var pebble = await Pebble.StartAsync();
        using var client = pebble.Client();
        var account = await client.AccountAsync();
        using var issued = await pebble.IssueAsync(client, account, ChallengeType.Http, Ordering.Names("revoked.example.org"), KeyKind.EcdsaP384);
        (await pebble.StatusAsync(issued.Chain.Leaf)).GetProperty("Status").GetString().ShouldBe("Valid");
        Task<AcmeResult<bool>> Revoke() => byCertificateKey
            ? client.Revocations.RevokeAsync(issued.Key, issued.Chain.Leaf, reason, default)
            : client.Revocations.RevokeAsync(account, issued.Chain.Leaf, reason, default);
        (await Revoke().Done()).ShouldBeTrue();
        var status = await pebble.StatusAsync(issued.Chain.Leaf);
        status.GetProperty("Status").GetString().ShouldBe("Revoked");
        (status.TryGetProperty("Reason", out var told) && told.ValueKind == System.Text.Json.JsonValueKind.Number ? told.GetInt32() : 0).ShouldBe(code);

        // Asked for again, it is as it was wanted.
        (await Revoke().Done()).ShouldBeTrue();
    }

    [Fact]
    public async Task Server_WhoseRootIsNotKnown_IsUnreachableAndSaysSo()
    {
        await using var pebble = await Pebble.StartAsync();
        using var client = new AcmeClient(pebble.Server with { Roots = null }, TimeProvider.System);
        var failure = await client.Directory.FetchAsync(default).Refused();
        failure.Kind.ShouldBe(AcmeFailureKind.Unreachable);
        failure.What.ShouldStartWith("TLS failed");
        failure.ToProblem("one.example.org").Type.ShouldBe(ProblemType.AcmeUnreachable);

        // Beside the system's roots the file's count as well.
        using var both = new AcmeClient(pebble.Server with { Roots = pebble.Server.Roots! with { Only = false } }, TimeProvider.System);
        (await both.Directory.FetchAsync(default).Done()).TermsOfService.ShouldNotBeNull();
    }

    [Fact]
    public async Task RenewalInformation_WhereTheCaHasNone_IsNothing()
    {
        await using var pebble = await Pebble.StartAsync();
        using var client = pebble.Client();
        (await client.Renewals.FetchAsync("aYhba4dGQEHhs3uEe6CuLN4ByNQ.AIdlQyE", default)).Succeeded.ShouldBeTrue();
    }
}
