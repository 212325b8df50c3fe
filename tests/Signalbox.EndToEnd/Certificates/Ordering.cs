using Signalbox.Certificates.Acme;
using Signalbox.Certificates.Acme.Chains;
using Signalbox.Certificates.Acme.Keys;
using Signalbox.EndToEnd.Support;
using Signalbox.Model;

namespace Signalbox.EndToEnd.Certificates;

/// <summary>The steps from an account to a certificate, one after the other, as the tests of the wire take them.</summary>
internal static class Ordering
{
    /// <summary>The value, or a failure of the test with the CA's words.</summary>
    public static async Task<T> Done<T>(this Task<AcmeResult<T>> request)
    {
        var result = await request.WaitAsync(Wait.Limit);
        return result.Succeeded ? result.Value : throw new InvalidOperationException($"{result.Failure}\n{result.Failure.Document?.Json}");
    }

    /// <summary>The failure, or a failure of the test because there was none.</summary>
    public static async Task<AcmeFailure> Refused<T>(this Task<AcmeResult<T>> request) =>
        (await request.WaitAsync(Wait.Limit)).Failure ?? throw new InvalidOperationException("It succeeded.");

    public static async Task<AcmeIdentity> AccountAsync(this AcmeClient client, KeyKind kind = KeyKind.EcdsaP256)
    {
        var key = AcmeKey.Generate(kind);
        var account = await client.Accounts.CreateAsync(key, new NewAccount(["admin@example.org"], TermsAgreed: true), default).Done();
        return new AcmeIdentity(key, account.Url);
    }

    public static Items<Identifier> Names(params string[] names) => names.Select(name => Identifier.Parse(name).Value!).ToItems();

    /// <summary>A whole order: every name proved by this challenge, then the certificate, which is looked at.</summary>
    public static async Task<Issued> IssueAsync(
        this Pebble pebble, AcmeClient client, AcmeIdentity account, string challenge, Items<Identifier> names, KeyKind kind = KeyKind.EcdsaP256, string? issuer = null)
    {
        var order = await client.Orders.CreateAsync(account, new NewOrder(names), default).Done();
        foreach (var url in order.Authorizations)
        {
            var authorization = await client.Authorizations.FetchAsync(account, url, default).Done();
            if (authorization.Status == AuthorizationStatus.Valid) continue;
            await pebble.ProveAsync(client, account, authorization, challenge);
        }

        var key = AcmeKey.Generate(kind);
        await client.Orders.FinalizeAsync(account, order, SigningRequest.Create(key, names), default).Done();
        order = await client.ValidAsync(account, order.Url);
        var chain = await client.Certificates.DownloadPreferredAsync(account, order.Certificate!, issuer, default).Done();
        ChainCheck.Find(chain, key, names, DateTimeOffset.UtcNow).ShouldBeNull();
        return new Issued(order, key, chain);
    }

    /// <summary>Puts the answer where the CA looks, tells it to look, and waits until it has.</summary>
    public static async Task ProveAsync(this Pebble pebble, AcmeClient client, AcmeIdentity account, Authorization authorization, string type)
    {
        var challenge = authorization.Find(type) ?? throw new InvalidOperationException($"{authorization.Identifier} is not offered {type}: {string.Join(' ', authorization.Challenges.Select(offered => offered.Type))}");
        var answer = KeyAuthorization.Of(challenge.Token!, account.Key);
        await (type switch
        {
            ChallengeType.Http => pebble.AddHttpAsync(challenge.Token!, answer),
            ChallengeType.Dns => pebble.AddTextAsync(KeyAuthorization.DnsName(authorization.Identifier), KeyAuthorization.DnsText(answer)),
            _ => pebble.AddTlsAlpnAsync(authorization.Identifier.ServerName, answer),
        });
        await client.Challenges.RespondAsync(account, challenge, default).Done();
        await client.AuthorizedAsync(account, authorization.Url);
    }

    public static Task<Authorization> AuthorizedAsync(this AcmeClient client, AcmeIdentity account, Uri url) => Until(
        $"{url} is valid", () => client.Authorizations.FetchAsync(account, url, default).Done(),
        now => now.Status == AuthorizationStatus.Invalid ? throw new InvalidOperationException(string.Join('\n', now.Challenges.Select(challenge => challenge.Json))) : now.Status == AuthorizationStatus.Valid);

    public static Task<Order> ValidAsync(this AcmeClient client, AcmeIdentity account, Uri url) => Until(
        $"{url} is valid", () => client.Orders.FetchAsync(account, url, default).Done(),
        now => now.Status == OrderStatus.Invalid ? throw new InvalidOperationException(now.Error?.Json) : now.Status == OrderStatus.Valid);

    private static async Task<T> Until<T>(string what, Func<Task<T>> look, Func<T, bool> condition)
        where T : class
    {
        T? last = null;
        await Wait.UntilAsync(what, async () => condition(last = await look()), () => $"{last}");
        return last!;
    }
}

/// <summary>What came of an order.</summary>
internal sealed record Issued(Order Order, AcmeKey Key, CertificateChain Chain) : IDisposable
{
    public void Dispose()
    {
        Key.Dispose();
        Chain.Dispose();
    }
}
