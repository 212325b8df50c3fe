using Signalbox.Certificates.Acme;
using Signalbox.Certificates.Acme.Chains;
using Signalbox.Certificates.Book;
using Signalbox.Certificates.Issuing.Orders;
using Signalbox.Certificates.Issuing.Preflights;
using Signalbox.Certificates.Issuing.Records;
using Signalbox.Model;

namespace Signalbox.Certificates.Issuing;

/// <summary>
/// One try at a certificate for one name, by policy: the storage is tested, the name is looked at, then each issuer is asked in order until one signs. After a
/// failure a CA's staging directory is asked first, where there is one: what fails there costs nothing at the real one.
/// </summary>
internal sealed class Attempt(ManagerOptions options, AttemptTools tools, IssuingStore store, HomeLayout home, TimeProvider time) : IDisposable
{
    /// <summary>How often a CA is asked for renewal information when it does not say: RFC 9773 4.3 leaves it to us, Let's Encrypt says 6 hours.</summary>
    private static readonly TimeSpan AskEvery = TimeSpan.FromHours(6);

    /// <summary>RFC 9773 4.3.2 wants bounds on what a CA may say: at least a minute, at most a day.</summary>
    private static readonly TimeSpan AskAtLeast = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan AskAtMost = TimeSpan.FromDays(1);

    private static readonly TimeSpan TestEvery = TimeSpan.FromMinutes(1);

    private long _testAt;

    private readonly Dictionary<Uri, Ca> _cas = options.Issuers.SelectMany(issuer => Directories(issuer).Select(directory => (issuer, directory))).DistinctBy(pair => pair.directory)
        .ToDictionary(pair => pair.directory, pair => new Ca(pair.issuer, pair.directory, store, home, time));

    public IssuingStore Store => store;

    public void Dispose()
    {
        foreach (var ca in _cas.Values) ca.Dispose();
    }

    /// <summary>Once, before the first try: keys that a crash left of orders which had ended.</summary>
    public void RemoveKeysOfEnded() => KeyFile.RemoveEnded(home, store.LoadOrders().Select(order => order.Id).ToHashSet());

    public async Task<AttemptOutcome> RunAsync(NameState state, OrderRecord? open, Action<NamePhase> report, CancellationToken stop)
    {
        report(NamePhase.Checking);
        if (TestStorage() is { } unusable) return new AttemptOutcome { Failure = OrderFailure.Of(unusable), Open = open };
        var identifier = Identifier.Parse(state.Name).Value!;
        var outcome = new AttemptOutcome { Evidence = state.Known.Evidence, Open = open };
        foreach (var issuer in options.Issuers.Where(issuer => issuer.Unready is null))
        {
            outcome = await AskAsync(issuer, state, identifier, outcome, report, stop);
            if (outcome.Kept is not null || outcome.Open is not null) return outcome;
        }

        return outcome;
    }

    /// <summary>The record with the plan that follows from what the CA says now; the same plan, to be asked again later, when it says nothing.</summary>
    public async Task<CertificateRecord> PlanAsync(CertificateRecord certificate, CancellationToken stop)
    {
        var now = time.GetUtcNow();
        if (certificate.Id is not { } id || options.Issuers.FirstOrDefault(issuer => issuer.Name == certificate.Issuer) is not { } issuer) return certificate with { AskAt = null };
        var info = await _cas[issuer.Directory].Client.Renewals.FetchAsync(id, stop);
        if (info is { Succeeded: true, Value: null }) return certificate with { AskAt = null };
        var (window, again) = info.Succeeded ? (info.Value, info.Value!.RetryAt) : (null, info.Failure.RetryAt);
        var wait = again - now ?? AskEvery;
        var asked = certificate with { AskAt = now + (wait < AskAtLeast ? AskAtLeast : wait > AskAtMost ? AskAtMost : wait) };
        return window is null ? asked : asked with { Plan = RenewalPlan.Within(new RenewalWindow(window.Start, window.End), certificate.Plan, options.Draw()) };
    }

    /// <summary>Once a minute while orders are made: a disk fills slowly, and a test flushes it several times.</summary>
    private Problem? TestStorage()
    {
        var now = time.GetUtcNow().UtcTicks;
        if (now < Volatile.Read(ref _testAt)) return null;
        if (StorageTest.Run(home) is { } problem) return problem;
        Volatile.Write(ref _testAt, now + TestEvery.Ticks);
        return null;
    }

    private static IEnumerable<Uri> Directories(IssuerSettings issuer) => issuer.Staging is { } staging ? [issuer.Directory, staging] : [issuer.Directory];

    private async Task<AttemptOutcome> AskAsync(IssuerSettings issuer, NameState state, Identifier name, AttemptOutcome so, Action<NamePhase> report, CancellationToken stop)
    {
        var ca = _cas[issuer.Directory];
        var mine = so.Open is { } open && (open.Directory == issuer.Directory || open.Directory == issuer.Staging) ? so.Open : null;

        // An order that stands at the CA costs nothing more, and is gone on with whatever the name looks like.
        if (mine is null && state.Certificate is null && issuer.Preflight && await tools.Preflight.LookAsync(name, ca, stop) is { } look)
        {
            so = so with { Evidence = look.Evidence };
            if (look.Problem is { } problem) return so with { Failure = OrderFailure.Of(problem) };
        }

        var renewal = state.Certificate is { } old && old.Issuer == issuer.Name ? old : null;
        var wish = new OrderWish(name, state.Known);
        if (state.Known.Failures > 0 && issuer.Staging is { } staging && mine is not { Staging: false } && !IsUrgent(state.Certificate))
        {
            var practised = await OrderAsync(_cas[staging], wish with { Open = mine }, state, report, stop);
            if (!practised.Succeeded) return Failed(so, practised.Failure);
            if (await Run(_cas[staging], report, state).EndAsync(practised.Value.Order) is { } trouble) return so with { Failure = OrderFailure.Of(trouble) };
            mine = null;
        }

        var issued = await OrderAsync(ca, wish with { Open = mine is { Staging: true } ? null : mine, Replaces = renewal?.AskAt is null ? null : renewal.Id }, state, report, stop);
        return issued.Succeeded ? await KeepAsync(ca, issued.Value, name.Value, so, report, state) : Failed(so, issued.Failure);
    }

    private Task<OrderResult<Issued>> OrderAsync(Ca ca, OrderWish wish, NameState state, Action<NamePhase> report, CancellationToken stop) => Run(ca, report, state).RunAsync(wish, stop);

    private OrderRun Run(Ca ca, Action<NamePhase> report, NameState state) => new(ca, tools.Desk, store, home, time)
    {
        Patience = options.Patience,
        Report = phase => report(state.Certificate is not null ? NamePhase.Renewing : phase == OrderPhase.Validating ? NamePhase.Validating : NamePhase.Ordering),
    };

    /// <summary>The file first, then the index together with the end of the order: a crash in between downloads the same certificate once more.</summary>
    private async Task<AttemptOutcome> KeepAsync(Ca ca, Issued issued, string name, AttemptOutcome so, Action<NamePhase> report, NameState state)
    {
        if (tools.Shelf.Write(name, issued.Certificate) is { } full) return so with { Failure = OrderFailure.Of(full), Open = issued.Order };
        var certificate = issued.Certificate;
        var record = new CertificateRecord(name, ca.Settings.Name, certificate.Issuer, certificate.NotBefore, certificate.NotAfter, CertificateId.Of(certificate.Server.Leaf))
        {
            Plan = RenewalPlan.Without(certificate.NotBefore, certificate.NotAfter),
            // Asked for at once, in the name's next job: whether the CA has renewal information decides whether a renewal is told as one.
            AskAt = CertificateId.Of(certificate.Server.Leaf) is null ? null : time.GetUtcNow(),
        };
        if (await Run(ca, report, state).EndAsync(issued.Order, IssuingStore.Put(record)) is { } trouble) return so with { Failure = OrderFailure.Of(trouble), Open = issued.Order };
        return so with { Kept = new Kept(record, certificate), Challenge = issued.Challenge, Open = null, Failure = null };
    }

    /// <summary>Near the end there is no time for practice.</summary>
    private bool IsUrgent(CertificateRecord? certificate) => certificate is not null && certificate.NotAfter - time.GetUtcNow() < (certificate.NotAfter - certificate.NotBefore) / 20;

    private static AttemptOutcome Failed(AttemptOutcome so, OrderFailure failure) => so with { Failure = failure, Open = failure.Order };
}

/// <summary>What an attempt works with.</summary>
internal sealed record AttemptTools(ChallengeDesk Desk, CertificateShelf Shelf, IPreflight Preflight);

/// <summary>A certificate that is on disk and in the index.</summary>
internal sealed record Kept(CertificateRecord Record, HeldCertificate Certificate);

/// <summary>What one try came to.</summary>
internal sealed record AttemptOutcome
{
    public Kept? Kept { get; init; }

    public OrderFailure? Failure { get; init; }

    /// <summary>An order that stands at the CA and goes on with the next try.</summary>
    public OrderRecord? Open { get; init; }

    public string? Challenge { get; init; }

    public Items<Evidence> Evidence { get; init; }
}
