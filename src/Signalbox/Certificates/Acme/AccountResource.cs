using System.Text.Json;
using Signalbox.Certificates.Acme.Http;
using Signalbox.Certificates.Acme.Keys;
using Signalbox.Model;

namespace Signalbox.Certificates.Acme;

/// <summary>RFC 8555 7.3.</summary>
internal sealed class AccountResource(AcmeWire wire)
{
    /// <summary>Pages of one list of orders. A CA tells hundreds a page; one that links in a circle is left.</summary>
    private const int MostPages = 100;

    /// <summary>The account of this key, made if there is none yet.</summary>
    public async Task<AcmeResult<Account>> CreateAsync(AcmeKey key, NewAccount wanted, CancellationToken stop)
    {
        var directory = await wire.DirectoryAsync(stop);
        if (!directory.Succeeded) return directory.Failure;
        var url = directory.Value.NewAccount;
        return await NewAccountAsync(key, url, Jws.Json(json =>
        {
            WriteContacts(json, wanted.Contacts);
            if (wanted.TermsAgreed) json.WriteBoolean("termsOfServiceAgreed", true);
            if (wanted.Binding is not { } binding) return;
            json.WritePropertyName("externalAccountBinding");
            json.WriteRawValue(Jws.Bind(binding, key.Jwk, url.OriginalString));
        }), stop);
    }

    // RFC 8555 7.3.1: "it SHOULD do so by sending a POST request to the newAccount URL with a JWS whose payload has an "onlyReturnExisting" field set to "true"".
    /// <summary>The account of this key; fails with accountDoesNotExist where there is none.</summary>
    public async Task<AcmeResult<Account>> FindAsync(AcmeKey key, CancellationToken stop)
    {
        var directory = await wire.DirectoryAsync(stop);
        if (!directory.Succeeded) return directory.Failure;
        return await NewAccountAsync(key, directory.Value.NewAccount, Jws.Json(json => json.WriteBoolean("onlyReturnExisting", true)), stop);
    }

    /// <summary>The account as it is. By POST-as-GET like everything else (RFC 8555 6.3): a strict CA refuses an update without a member.</summary>
    public async Task<AcmeResult<Account>> FetchAsync(AcmeIdentity account, CancellationToken stop)
    {
        var answer = await wire.FetchAsync(account, account.Account, stop);
        return answer.Succeeded ? Read(answer.Value, account.Account) : answer.Failure;
    }

    /// <summary>RFC 8555 7.3.2.</summary>
    public Task<AcmeResult<Account>> UpdateContactsAsync(AcmeIdentity account, Items<string> contacts, CancellationToken stop) =>
        UpdateAsync(account, json => WriteContacts(json, contacts, evenNone: true), stop);

    /// <summary>RFC 8555 7.3.6. There is no way back.</summary>
    public Task<AcmeResult<Account>> DeactivateAsync(AcmeIdentity account, CancellationToken stop) =>
        UpdateAsync(account, json => json.WriteString("status", "deactivated"), stop);

    /// <summary>
    /// RFC 8555 7.3.5: from now on the new key signs for the account. Keep both until this returned: after a failure without an answer, either may be the
    /// account's, and <see cref="FindAsync"/> tells which.
    /// </summary>
    public async Task<AcmeResult<AcmeIdentity>> ChangeKeyAsync(AcmeIdentity account, AcmeKey next, CancellationToken stop)
    {
        var directory = await wire.DirectoryAsync(stop);
        if (!directory.Succeeded) return directory.Failure;
        if (directory.Value.KeyChange is not { } url) return Lacks("keyChange");

        // "The inner JWS MUST have a "jwk" header parameter, containing the public key of the new key pair."; "The inner JWS MUST have the same "url" header
        // parameter as the outer JWS."; "The inner JWS MUST omit the "nonce" header parameter."
        var inner = Jws.Sign(next, null, url.OriginalString, null, Jws.Json(json =>
        {
            // "The content of this field MUST be the exact string provided in the Location header field in response to the newAccount request"
            json.WriteString("account", account.Account.OriginalString);
            json.WritePropertyName("oldKey");
            json.WriteRawValue(account.Key.Jwk.Json);
        }));
        var answer = await wire.PostAsync(account, url, inner, stop);
        return answer.Succeeded ? account with { Key = next } : answer.Failure;
    }

    /// <summary>RFC 8555 7.1.2.1: every order the CA tells of, across its pages.</summary>
    public async Task<AcmeResult<Items<Uri>>> OrdersAsync(AcmeIdentity account, Uri orders, CancellationToken stop)
    {
        var all = new List<Uri>();
        var next = orders;
        for (var page = 0; next is not null && page < MostPages; page++)
        {
            var answer = await wire.FetchAsync(account, next, stop);
            if (!answer.Succeeded) return answer.Failure;
            var document = answer.Value.Read(AcmeJson.Default.OrdersDocument);
            if (!document.Succeeded) return document.Failure;
            foreach (var text in document.Value.Orders ?? [])
            {
                if (AcmeJson.Url(text) is not { } url) return answer.Value.Missing("orders");
                all.Add(url);
            }

            // "The server MAY return an incomplete list, along with a Link header field with a "next" link relation indicating where further entries can be acquired."
            next = answer.Value.LinkOf("next");
        }

        return all.ToItems();
    }

    private async Task<AcmeResult<Account>> NewAccountAsync(AcmeKey key, Uri url, byte[] payload, CancellationToken stop)
    {
        // RFC 8555 6.2: "For newAccount requests, and for revokeCert requests authenticated by a certificate key, there MUST be a "jwk" field."
        var answer = await wire.PostAsync(key, null, url, payload, stop);
        if (!answer.Succeeded) return answer.Failure;

        // RFC 8555 7.3: "with the account URL in a Location header field"
        if (answer.Value.Location is not { } location) return answer.Value.NotUnderstood("it names no account (Location).");
        return Read(answer.Value, location);
    }

    private async Task<AcmeResult<Account>> UpdateAsync(AcmeIdentity account, Action<Utf8JsonWriter> members, CancellationToken stop)
    {
        var answer = await wire.PostAsync(account, account.Account, Jws.Json(members), stop);
        return answer.Succeeded ? Read(answer.Value, account.Account) : answer.Failure;
    }

    private static AcmeResult<Account> Read(AcmeAnswer answer, Uri url)
    {
        var document = answer.Read(AcmeJson.Default.AccountDocument);
        if (!document.Succeeded) return document.Failure;
        if (!Statuses.TryParse<AccountStatus>(document.Value.Status, out var status)) return answer.Missing("status");
        return new Account(url, status)
        {
            Contacts = (document.Value.Contact ?? []).OfType<string>().ToItems(),
            TermsAgreed = document.Value.TermsOfServiceAgreed ?? false,
            Orders = AcmeJson.Url(document.Value.Orders),
            // RFC 8555 7.3: 201 for a new account; 7.3.1: 200 for the one that was there.
            IsNew = answer.Status == 201,
        };
    }

    private static void WriteContacts(Utf8JsonWriter json, Items<string> contacts, bool evenNone = false)
    {
        if (contacts.IsEmpty && !evenNone) return;
        json.WriteStartArray("contact");
        foreach (var contact in contacts) json.WriteStringValue(contact.Contains(':') ? contact : "mailto:" + contact);
        json.WriteEndArray();
    }

    private AcmeFailure Lacks(string resource) => new(AcmeFailureKind.NotUnderstood, wire.Server.Directory, $"the directory has no {resource}.");
}
