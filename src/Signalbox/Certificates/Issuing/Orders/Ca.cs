using Signalbox.Certificates.Acme;
using Signalbox.Certificates.Acme.Keys;
using Signalbox.Certificates.Book;
using Signalbox.Certificates.Issuing.Limits;
using Signalbox.Certificates.Issuing.Records;
using Signalbox.Model;

namespace Signalbox.Certificates.Issuing.Orders;

/// <summary>One CA as we deal with it: the wire to it, our account there, and what was spent of its limits.</summary>
internal sealed class Ca : IDisposable
{
    private readonly IssuingStore _store;
    private readonly HomeLayout _home;
    private readonly TimeProvider _time;
    private readonly SemaphoreSlim _accountGate = new(1, 1);
    private readonly SemaphoreSlim _ledgerGate = new(1, 1);
    private volatile AcmeIdentity? _identity;
    private Ledger _ledger;

    /// <param name="settings">The issuer it belongs to.</param>
    /// <param name="directory">The issuer's directory, or that of its staging.</param>
    /// <param name="store">Where account and ledger are kept.</param>
    /// <param name="home">Where the account's key lies.</param>
    /// <param name="time">The clock.</param>
    public Ca(IssuerSettings settings, Uri directory, IssuingStore store, HomeLayout home, TimeProvider time)
    {
        Settings = settings;
        Directory = directory;
        _store = store;
        _home = home;
        _time = time;
        _ledger = store.LoadLedger(directory, settings.Limits).Swept(time.GetUtcNow());
        Client = new AcmeClient(new AcmeServer(directory) { Roots = settings.Roots }, time);
    }

    public IssuerSettings Settings { get; }

    public Uri Directory { get; }

    public bool IsStaging => Directory != Settings.Directory;

    public AcmeClient Client { get; }

    public LedgerAnswer MayOrder(IReadOnlyCollection<string> names, OrderKind kind) => Volatile.Read(ref _ledger).MayOrder(names, kind, _time.GetUtcNow());

    /// <summary>
    /// Our account at this CA, made when there is none. Its key is written down first, so that a crash can only leave a key without an account, which the
    /// next try finds an account for (RFC 8555 7.3.1).
    /// </summary>
    public async ValueTask<OrderResult<AcmeIdentity>> AccountAsync(CancellationToken stop)
    {
        if (_identity is { } known) return known;
        await _accountGate.WaitAsync(stop);
        try
        {
            if (_identity is { } made) return made;
            var key = Key();
            if (!key.Succeeded) return OrderFailure.Of(key.Problem);
            var record = _store.LoadCas().FirstOrDefault(record => record.Directory == Directory);
            if (record is not null && record.Email == Settings.Email) return _identity = new AcmeIdentity(key.Value, record.Account);
            var contacts = Settings.Email is { } email ? [email] : Items<string>.Empty;

            // RFC 8555 7.3.1: for a key that has an account, the CA answers with that account and changes nothing.
            var account = await Client.Accounts.CreateAsync(key.Value, new NewAccount(contacts, Settings.TermsAgreed, Settings.Binding), stop);
            if (!account.Succeeded) return OrderFailure.Of(account.Failure, Settings.Name);
            var identity = new AcmeIdentity(key.Value, account.Value.Url);
            if (!account.Value.IsNew && record is not null) await Client.Accounts.UpdateContactsAsync(identity, contacts, stop);
            if (await _store.CommitAsync(IssuingStore.Put(new CaRecord(Directory, account.Value.Url, Settings.Email))) is { } problem) return OrderFailure.Of(problem);
            return _identity = identity;
        }
        finally
        {
            _accountGate.Release();
        }
    }

    /// <summary>The CA no longer knows the account: the next use makes one.</summary>
    public void ForgetAccount() => _identity = null;

    /// <summary>
    /// Takes an order out of the ledger and writes that down together with the order's record, before the CA is asked. Null when that is done; else when it may be
    /// tried again, or why it could not be written.
    /// </summary>
    public async ValueTask<OrderFailure?> SpendAsync(OrderRecord order, OrderKind kind)
    {
        await _ledgerGate.WaitAsync();
        try
        {
            // Looked at again behind the gate: others may have spent the last of it.
            var now = _time.GetUtcNow();
            var answer = _ledger.MayOrder(order.Names, kind, now);
            if (answer.Bucket is { } bucket && answer.At > now) return OrderFailure.Held(Settings.Name, order.Names[0], bucket, answer.At);
            var spent = _ledger.Order(order.Names, kind, now);
            if (await _store.CommitAsync([IssuingStore.Put(order), .. IssuingStore.Put(Directory, spent, order.Names)]) is { } problem) return OrderFailure.Of(problem);
            Volatile.Write(ref _ledger, spent);
            return null;
        }
        finally
        {
            _ledgerGate.Release();
        }
    }

    /// <summary>Writes down that the authorization of a name failed, which CAs count.</summary>
    public ValueTask FailedAsync(string name) => ChangeAsync([name], ledger => ledger.AuthorizationFailed(name, _time.GetUtcNow()));

    /// <summary>Writes down what the CA said of when to come back.</summary>
    public ValueTask HoldAsync(IReadOnlyCollection<string> names, string words, DateTimeOffset until) => ChangeAsync(names, ledger => ledger.Hold(names, words, until));

    public void Dispose()
    {
        Client.Dispose();
        _accountGate.Dispose();
        _ledgerGate.Dispose();
    }

    private async ValueTask ChangeAsync(IReadOnlyCollection<string> names, Func<Ledger, Ledger> change)
    {
        await _ledgerGate.WaitAsync();
        try
        {
            var changed = change(_ledger);

            // What cannot be written now counts all the same until the program ends.
            await _store.CommitAsync([.. IssuingStore.Put(Directory, changed, names)]);
            Volatile.Write(ref _ledger, changed);
        }
        finally
        {
            _ledgerGate.Release();
        }
    }

    private Outcome<AcmeKey> Key()
    {
        var path = _home.AccountKey(Directory);
        if (KeyFile.Read(path) is { } read) return read;
        var key = AcmeKey.Generate();
        return CertificateShelf.Write(path, key.ToPem()) is { } problem ? problem : key;
    }
}
