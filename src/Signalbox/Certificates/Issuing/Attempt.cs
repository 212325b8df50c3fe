using Signalbox.Certificates.Acme;
using Signalbox.Certificates.Acme.Chains;
using Signalbox.Certificates.Book;
using Signalbox.Certificates.Issuing.Limits;
using Signalbox.Certificates.Issuing.Orders;
using Signalbox.Certificates.Issuing.Preflights;
using Signalbox.Certificates.Issuing.Records;
using Signalbox.Model;

namespace Signalbox.Certificates.Issuing;

/// <summary>
/// One try at a certificate for one name, by one config: the storage is tested, the name is looked at, then each issuer is asked in order until one signs. After a
/// failure a CA's staging directory is asked first, where there is one: what fails there costs nothing at the real one.
/// </summary>
internal sealed class Attempt(ManagerOptions options, AttemptTools tools, AttemptGround ground, TimeProvider time) : IDisposable
{
    /// <summary>How often a CA is asked for renewal information when it does not say: RFC 9773 4.3 leaves it to us, Let's Encrypt says 6 hours.</summary>
    private static readonly TimeSpan AskEvery = TimeSpan.FromHours(6);

    /// <summary>RFC 9773 4.3.2 wants bounds on what a CA may say: at least a minute, at most a day.</summary>
    private static readonly TimeSpan AskAtLeast = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan AskAtMost = TimeSpan.FromDays(1);

    /// <summary>
    /// So long an order that stands at one issuer keeps the next one from being asked. CAs are seldom away for longer, and another order would be one too many; a name is
    /// not kept without a certificate for longer than this while somebody else would sign.
    /// </summary>
    private static readonly TimeSpan PatienceWithOne = TimeSpan.FromMinutes(15);

    /// <summary>Whether a name that could not be shown in any way now can: the zone's aliases may have changed. A listener that comes up is told at once (<see cref="CertificateManager.Resume"/>).</summary>
    private static readonly TimeSpan LookAgain = TimeSpan.FromMinutes(10);

    private readonly Issuers _issuers = new(options, ground.Cas, time);

    public ManagerOptions Options => options;

    public AttemptGround Ground => ground;

    public Revocation Revocation => new(_issuers, ground);

    public void Dispose() => _issuers.Dispose();

    public async Task<AttemptOutcome> RunAsync(NameState state, Action<NamePhase> report, CancellationToken stop)
    {
        report(NamePhase.Checking);
        var so = new AttemptOutcome { Evidence = state.Known.Evidence };
        if (ground.Storage.Find() is { } unusable) return so with { Failure = OrderFailure.Of(unusable) };
        var issuers = options.IssuersFor(state.Name).ToList();
        if (await GiveUpStrangersAsync(state.Name, issuers) is { } trouble) return so with { Failure = OrderFailure.Of(trouble) };
        var name = Identifier.Parse(state.Name).Value!;
        var failures = new List<OrderFailure>();
        foreach (var issuer in issuers.Where(issuer => issuer.Unready is null))
        {
            so = await AskAsync(issuer, state, name, so, report, stop);
            if (so.Failure is not { } failure) return so;
            failures.Add(failure);
            if (failure.IsOurs || (failure.KeepsOrder && !IsLate(issuer, state.Name))) break;
        }

        return so with { Failure = failures.Count > 0 ? AttemptOutcome.Together(failures) : Unready(issuers) };
    }

    /// <summary>The record with the plan that follows from what the CA says now; the same plan, to be asked again later, when it says nothing.</summary>
    public async Task<CertificateRecord> PlanAsync(CertificateRecord certificate, CancellationToken stop)
    {
        var now = time.GetUtcNow();
        if (certificate.Id is not { } id || _issuers.Of(certificate) is not { } ca) return certificate with { AskAt = null };
        var info = await ca.Client.Renewals.FetchAsync(id, stop);
        if (info is { Succeeded: true, Value: null }) return certificate with { AskAt = null };
        var (window, again) = info.Succeeded ? (info.Value, info.Value!.RetryAt) : (null, info.Failure.RetryAt);
        var wait = again - now ?? AskEvery;
        var asked = certificate with { AskAt = now + (wait < AskAtLeast ? AskAtLeast : wait > AskAtMost ? AskAtMost : wait) };
        return window is null ? asked : asked with { Plan = RenewalPlan.Within(new RenewalWindow(window.Start, window.End), certificate.Plan, options.Draw()), Explanation = window.Explanation?.AbsoluteUri };
    }

    /// <summary>Orders at CAs that are not asked for this name any more, since the config has changed: nobody would go on with them.</summary>
    private async ValueTask<Problem?> GiveUpStrangersAsync(string name, IReadOnlyList<IssuerSettings> issuers)
    {
        var strangers = ground.Archive.Open.Of(name).Where(order => !issuers.Any(issuer => order.Directory == issuer.Directory || order.Directory == issuer.Staging)).ToList();
        return strangers.Count == 0 ? null : await ground.Archive.EndAsync(strangers, []);
    }

    /// <summary>Nobody is asked for this name; the config alone can change that, and what hears of a change comes back at once.</summary>
    private OrderFailure Unready(List<IssuerSettings> issuers) =>
        OrderFailure.Of((issuers.FirstOrDefault() ?? options.Issuers[0]).Unready!) with { IsHeld = true, RetryAt = time.GetUtcNow() + AskAtMost };

    private bool IsLate(IssuerSettings issuer, string name) =>
        ground.Archive.Open.Of(name).All(order => (order.Directory != issuer.Directory && order.Directory != issuer.Staging) || time.GetUtcNow() - order.Begun > PatienceWithOne);

    private async Task<AttemptOutcome> AskAsync(IssuerSettings issuer, NameState state, Identifier name, AttemptOutcome so, Action<NamePhase> report, CancellationToken stop)
    {
        var ca = _issuers.Of(issuer, issuer.Directory);
        var stands = ground.Archive.Open.At(issuer.Directory, state.Name).Any(order => order.Url is not null);

        // One that has ended is not replaced any more: what comes now is a first one again, as CAs see it.
        var renews = state.Certificate is { AskAt: not null } old && old.IsUsable(time.GetUtcNow()) && Issuers.IsOf(old, issuer) ? old : null;
        var wish = new OrderWish(name, state.Known) { Replaces = renews?.Id, Window = renews?.Plan.Window };

        // What clearly cannot work is tried after everything else.
        Items<string> against = [];

        // An order that stands at the CA costs nothing more, and is gone on with whatever the name looks like and the limits are.
        if (!stands)
        {
            // A name that cannot be shown in any way from here costs no order; what will be done about it is done in the config, so nothing has failed yet.
            if (await tools.Desk.ObstacleAsync(name, issuer.Challenges, stop) is { } obstacle) return so with { Failure = OrderFailure.Closed(obstacle) with { RetryAt = time.GetUtcNow() + LookAgain } };

            // Known beforehand, so that nothing is asked of anybody meanwhile, the staging directory included.
            var may = ca.MayOrder(wish.Names, wish.KindAt(time.GetUtcNow()));
            if (may.Bucket is { } bucket && may.At > time.GetUtcNow()) return so with { Failure = OrderFailure.Held(issuer.Name, state.Name, bucket, may.At) };
            if (state.Certificate is null && issuer.Preflight && await tools.Preflight.LookAsync(name, ca, stop) is { } look)
            {
                so = so with { Evidence = look.Evidence };
                var left = issuer.Challenges.Where(type => !look.Against.Contains(type)).ToItems();
                if (look.Problem is { } problem && await tools.Desk.ObstacleAsync(name, left, stop) is not null) return so with { Failure = OrderFailure.Of(problem) };
                against = look.Against;
            }
        }

        wish = wish with { Known = state.Known with { FailedChallenges = [.. state.Known.FailedChallenges.Where(type => !against.Contains(type)), .. against] } };
        if (state.Known.Failures > 0 && issuer.Staging is { } staging && !stands && !IsUrgent(state.Certificate))
        {
            var practised = await Run(_issuers.Of(issuer, staging), report, state).RunAsync(wish with { Replaces = null }, stop);
            if (!practised.Succeeded) return so with { Failure = await ExplainAsync(practised.Failure, issuer, name, stop) };
            if (await ground.Archive.EndAsync(practised.Value.Order) is { } trouble) return so with { Failure = OrderFailure.Of(trouble) };
        }

        var issued = await Run(ca, report, state).RunAsync(wish, stop);
        return issued.Succeeded ? await KeepAsync(ca, issued.Value, state, so, stop) : so with { Failure = await ExplainAsync(issued.Failure, issuer, name, stop) };
    }

    /// <summary>What failed while no way was open failed because of that, and is no failure of the name's.</summary>
    private async ValueTask<OrderFailure> ExplainAsync(OrderFailure failure, IssuerSettings issuer, Identifier name, CancellationToken stop)
    {
        if (failure.IsClosed) return failure with { RetryAt = time.GetUtcNow() + LookAgain };
        if (failure.Challenge is null || await tools.Desk.ObstacleAsync(name, issuer.Challenges, stop) is not { } obstacle) return failure;
        return OrderFailure.Closed(obstacle) with { RetryAt = time.GetUtcNow() + LookAgain, KeepsOrder = failure.KeepsOrder };
    }

    private OrderRun Run(Ca ca, Action<NamePhase> report, NameState state) => new(ca, tools.Desk, ground.Archive, time)
    {
        Patience = options.Patience,
        Report = phase => report(phase == OrderPhase.Waiting ? NamePhase.Waiting : state.Certificate is not null ? NamePhase.Renewing : phase == OrderPhase.Validating ? NamePhase.Validating : NamePhase.Ordering),
    };

    /// <summary>
    /// The file first, then the index together with the end of the name's orders, those at other CAs too: a crash in between downloads the same certificate once more.
    /// </summary>
    private async Task<AttemptOutcome> KeepAsync(Ca ca, Issued issued, NameState state, AttemptOutcome so, CancellationToken stop)
    {
        if (ground.Shelf.Write(state.Name, issued.Certificate) is { } full) return so with { Failure = OrderFailure.Of(full) with { KeepsOrder = true } };
        var now = time.GetUtcNow();
        // Asked for renewal information at once, in the name's next job: whether the CA has any decides whether a renewal is told as one. Where its directory says that it has none, nothing is to be asked.
        var certificate = CertificateRecord.Of(state.Name, issued.Certificate);
        var asks = certificate.Id is not null && await ca.Client.Renewals.MayBeAskedAsync(stop);
        var record = certificate with { Issuer = ca.Settings.Name, Directory = ca.Directory, AskAt = asks ? now : null };
        var known = new NameRecord(state.Name) { LastTry = now, Challenge = issued.Challenge ?? state.Known.Challenge, Evidence = so.Evidence };
        return await ground.Archive.EndAsync(ground.Archive.Open.Of(state.Name), [IssuingStore.Put(record), IssuingStore.Put(known)]) is { } trouble
            ? so with { Failure = OrderFailure.Of(trouble) with { KeepsOrder = true } }
            : so with { Kept = new Kept(record, issued.Certificate, known), Failure = null };
    }

    /// <summary>Near the end there is no time for practice.</summary>
    private bool IsUrgent(CertificateRecord? certificate) => certificate is not null && certificate.NotAfter - time.GetUtcNow() < (certificate.NotAfter - certificate.NotBefore) / 20;
}

/// <summary>What an attempt works with, by the config.</summary>
internal sealed record AttemptTools(ChallengeDesk Desk, IPreflight Preflight);
