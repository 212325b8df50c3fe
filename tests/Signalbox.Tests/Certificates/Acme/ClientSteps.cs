using Signalbox.Certificates.Acme;
using Signalbox.Certificates.Acme.Chains;
using Signalbox.Certificates.Acme.Keys;
using Signalbox.Model;
using Signalbox.Tests.Certificates.Acme.Support;

namespace Signalbox.Tests.Certificates.Acme;

/// <summary>The steps from an account to a certificate at a scripted CA.</summary>
internal static class ClientSteps
{
    /// <summary>Only ends a test that would hang.</summary>
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    public static AcmeClient Client(this ScriptedCa ca) => new(ca.Server, ca.Options.Time);

    public static async Task<T> Done<T>(this Task<AcmeResult<T>> request)
    {
        var result = await request.WaitAsync(Limit);
        return result.Succeeded ? result.Value : throw new InvalidOperationException($"{result.Failure}");
    }

    public static async Task<AcmeFailure> Refused<T>(this Task<AcmeResult<T>> request) =>
        (await request.WaitAsync(Limit)).Failure ?? throw new InvalidOperationException("It succeeded.");

    public static Items<Identifier> Names(params string[] names) => names.Select(name => Identifier.Parse(name).Value!).ToItems();

    public static async Task<AcmeIdentity> AccountAsync(this AcmeClient client)
    {
        var key = AcmeKey.Generate();
        return new AcmeIdentity(key, (await client.Accounts.CreateAsync(key, new NewAccount(["admin@example.org"], TermsAgreed: true), default).Done()).Url);
    }

    public static Task<AcmeResult<Order>> OrderAsync(this AcmeClient client, AcmeIdentity account, params string[] names) =>
        client.Orders.CreateAsync(account, new NewOrder(Names(names)), default);

    /// <summary>An order whose names are proved.</summary>
    public static async Task<Order> ReadyAsync(this AcmeClient client, AcmeIdentity account, params string[] names)
    {
        var order = await client.OrderAsync(account, names).Done();
        foreach (var url in order.Authorizations)
        {
            var authorization = await client.Authorizations.FetchAsync(account, url, default).Done();
            await client.Challenges.RespondAsync(account, authorization.Find(ChallengeType.Dns) ?? authorization.Challenges[0], default).Done();
        }

        return await client.Orders.FetchAsync(account, order.Url, default).Done();
    }

    /// <summary>A certificate, unlooked at.</summary>
    public static async Task<(Order Order, AcmeKey Key, CertificateChain Chain)> IssueAsync(this AcmeClient client, AcmeIdentity account, params string[] names)
    {
        var order = await client.ReadyAsync(account, names);
        var key = AcmeKey.Generate();
        order = await client.Orders.FinalizeAsync(account, order, SigningRequest.Create(key, order.Identifiers), default).Done();
        return (order, key, await client.Certificates.DownloadPreferredAsync(account, order.Certificate!, null, default).Done());
    }
}
