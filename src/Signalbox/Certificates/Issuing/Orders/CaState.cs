using Signalbox.Certificates.Acme;
using Signalbox.Certificates.Acme.Keys;
using Signalbox.Certificates.Book;
using Signalbox.Certificates.Issuing.Limits;
using Signalbox.Certificates.Issuing.Records;
using Signalbox.Model;

namespace Signalbox.Certificates.Issuing.Orders;

/// <summary>
/// What is kept of one CA, by its directory and whatever issuers the config has for it: our account there, and what was spent of its limits. It stays when the config
/// changes, so that jobs by the old settings and by the new ones spend from one ledger.
/// </summary>
internal sealed class CaState(Uri directory, IssuingStore store, HomeLayout home, TimeProvider time) : IDisposable
{
    private readonly SemaphoreSlim _accountGate = new(1, 1);
    private readonly SemaphoreSlim _ledgerGate = new(1, 1);
    private volatile Known? _account;
    private bool _isForgotten;
    private Ledger _ledger = store.LoadLedger(directory);

    /// <summary>When an order may be sent by our count; looked at again when it is spent.</summary>
    public LedgerAnswer MayOrder(IReadOnlyCollection<string> names, OrderKind kind, CaLimits limits) => Now(limits).MayOrder(names, kind, time.GetUtcNow());

    /// <summary>
    /// Our account at this CA, made when there is none. Its key is written down first, so that a crash can only leave a key without an account, which the
    /// next try finds an account for (RFC 8555 7.3.1).
    /// </summary>
    public async ValueTask<OrderResult<AcmeIdentity>> AccountAsync(IssuerSettings settings, AcmeClient client, CancellationToken stop)
    {
        if (_account is { } known && known.Email == settings.Email) return known.Identity;
        await _accountGate.WaitAsync(stop);
        try
        {
            if (_account is { } made && made.Email == settings.Email) return made.Identity;
            var key = Key();
            if (!key.Succeeded) return OrderFailure.Of(key.Problem);
            var record = _isForgotten ? null : store.LoadCas().FirstOrDefault(record => record.Directory == directory);
            if (record is not null && record.Email == settings.Email) return Keep(new AcmeIdentity(key.Value, record.Account), settings);
            var contacts = settings.Email is { } email ? [email] : Items<string>.Empty;

            // RFC 8555 7.3.1: for a key that has an account, the CA answers with that account and changes nothing.
            var account = await client.Accounts.CreateAsync(key.Value, new NewAccount(contacts, settings.TermsAgreed, settings.Binding), stop);
            if (!account.Succeeded) return OrderFailure.Of(account.Failure, settings.Name);
            var identity = new AcmeIdentity(key.Value, account.Value.Url);
            if (!account.Value.IsNew && record is not null) await client.Accounts.UpdateContactsAsync(identity, contacts, stop);
            if (await store.CommitAsync(IssuingStore.Put(new CaRecord(directory, account.Value.Url, settings.Email))) is { } problem) return OrderFailure.Of(problem);
            _isForgotten = false;
            return Keep(identity, settings);
        }
        finally
        {
            _accountGate.Release();
        }
    }

    /// <summary>The CA no longer knows this account: the next use makes one, with the key there is.</summary>
    public async ValueTask ForgetAsync(AcmeIdentity gone)
    {
        await _accountGate.WaitAsync();
        try
        {
            // Others may have made a new one meanwhile.
            if (_account is { } known && known.Identity.Account != gone.Account) return;
            _account = null;
            _isForgotten = true;
        }
        finally
        {
            _accountGate.Release();
        }
    }

    /// <summary>
    /// Takes an order out of the ledger and writes that down together with the order's record, before the CA is asked. Null when that is done; else when it may be
    /// tried again, or why it could not be written.
    /// </summary>
    public async ValueTask<OrderFailure?> SpendAsync(OrderRecord order, OrderKind kind, IssuerSettings settings)
    {
        await _ledgerGate.WaitAsync();
        try
        {
            // Looked at again behind the gate: others may have spent the last of it.
            var now = time.GetUtcNow();
            var ledger = Now(settings.Limits);
            var answer = ledger.MayOrder(order.Names, kind, now);
            if (answer.Bucket is { } bucket && answer.At > now) return OrderFailure.Held(settings.Name, order.Names[0], bucket, answer.At);
            var spent = ledger.Order(order.Names, kind, now);
            if (await store.CommitAsync([IssuingStore.Put(order), .. IssuingStore.Put(directory, spent, order.Names)]) is { } problem) return OrderFailure.Of(problem);
            Volatile.Write(ref _ledger, spent with { IsMoved = false });
            return null;
        }
        finally
        {
            _ledgerGate.Release();
        }
    }

    /// <summary>Writes down that the authorization of a name failed, which CAs count.</summary>
    public ValueTask FailedAsync(string name, CaLimits limits) => ChangeAsync([name], limits, ledger => ledger.AuthorizationFailed(name, time.GetUtcNow()));

    /// <summary>Writes down what the CA said of when to come back.</summary>
    public ValueTask HoldAsync(IReadOnlyCollection<string> names, string words, DateTimeOffset until) => ChangeAsync(names, CaLimits.None, ledger => ledger.Hold(names, words, until));

    /// <summary>Removes what is full again, and says nothing any more, from memory and store.</summary>
    public async ValueTask SweepAsync()
    {
        await _ledgerGate.WaitAsync();
        try
        {
            var ledger = Now(CaLimits.None);
            var swept = ledger.Swept(time.GetUtcNow());
            if (swept.FullAt.Count == ledger.FullAt.Count) return;
            if (await store.CommitAsync([.. IssuingStore.Remove(directory, ledger.FullAt.Keys.Except(swept.FullAt.Keys))]) is null) Volatile.Write(ref _ledger, swept);
        }
        finally
        {
            _ledgerGate.Release();
        }
    }

    public void Dispose()
    {
        _accountGate.Dispose();
        _ledgerGate.Dispose();
    }

    private Ledger Now(CaLimits limits)
    {
        var kept = Volatile.Read(ref _ledger);
        var ledger = kept.At(time.GetUtcNow());

        // Kept at once, or the times would go on as the clock does. Whoever changes the ledger just now has moved it likewise.
        if (ledger.IsMoved && !kept.IsMoved) Interlocked.CompareExchange(ref _ledger, ledger, kept);
        return ledger with { Limits = limits };
    }

    private AcmeIdentity Keep(AcmeIdentity identity, IssuerSettings settings)
    {
        _account = new Known(identity, settings.Email);
        return identity;
    }

    private async ValueTask ChangeAsync(IReadOnlyCollection<string> names, CaLimits limits, Func<Ledger, Ledger> change)
    {
        await _ledgerGate.WaitAsync();
        try
        {
            var changed = change(Now(limits));

            // What cannot be written now counts all the same until the program ends.
            var isWritten = await store.CommitAsync([.. IssuingStore.Put(directory, changed, names)]) is null;
            Volatile.Write(ref _ledger, changed with { IsMoved = changed.IsMoved && !isWritten });
        }
        finally
        {
            _ledgerGate.Release();
        }
    }

    private Outcome<AcmeKey> Key()
    {
        var path = home.AccountKey(directory);
        if (KeyFile.Read(path) is { } read) return read;
        var key = AcmeKey.Generate();
        return CertificateShelf.Write(path, key.ToPem()) is { } problem ? problem : key;
    }

    private sealed record Known(AcmeIdentity Identity, string? Email);
}
