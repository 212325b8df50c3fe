using Microsoft.Extensions.Logging;
using Signalbox.Certificates.Book;
using Signalbox.Certificates.Issuing.Orders;
using Signalbox.Certificates.Issuing.Records;
using Signalbox.Model;

namespace Signalbox.Certificates.Issuing;

/// <summary>The work on one name at a time: looks whether it is needed, has it tried, and writes down what came of it.</summary>
internal sealed class NameWork(NameTable names, PublicBook book, AttemptGround ground, TimeProvider time, ILogger logger)
{
    /// <summary>How often a way to show names has opened, or has been closed for another reason.</summary>
    private int _resumed;

    public async Task RunAsync(string name, Attempt attempt, CancellationToken stop)
    {
        // Looked at again now that this job is the only one: what was due when it was queued may have been done or given up since.
        if (names.Find(name) is not { Wanted: true, Off: false } state || attempt.Options.Unready is not null) return;
        if (state.Certificate is null && Adopt(name)) state = names.Find(name)!;
        if (!state.NeedsCertificate(time.GetUtcNow()))
        {
            await AskRenewalInfoAsync(state, attempt, stop);
            state = names.Find(name)!;
            if (!state.NeedsCertificate(time.GetUtcNow())) return;
        }

        if (await LeaveToWildcardAsync(state, attempt)) return;
        var resumed = Volatile.Read(ref _resumed);
        state = state with { Known = ground.Store.Whole(state.Known) };
        var outcome = await attempt.RunAsync(state, phase => names.Change(name, now => now with { Phase = phase }), stop);
        if (outcome.Kept is { } kept) Succeed(kept);
        else if (outcome.Failure is { IsHeld: true, RetryAt: { } until } held) Hold(name, new Hold(held.Problem, until) { IsClosed = held.IsClosed }, outcome, resumed);
        else await FailAsync(name, outcome.Failure!, attempt, outcome.Evidence);
    }

    /// <summary>The ways to show names are others than before: whoever was held up for want of one is tried anew.</summary>
    public void Resume()
    {
        Interlocked.Increment(ref _resumed);
        names.ChangeAll(state => state.Held is { IsClosed: true } ? state with { Held = null } : state);
    }

    /// <summary>A fault of ours counts as a failure.</summary>
    public ValueTask FaultAsync(string name, Attempt attempt, Exception error) =>
        FailAsync(name, OrderFailure.Of(new Problem(ProblemType.CertificateUnavailable, ProblemSide.Daemon, name, $"A fault in signalbox: {error.Message}", "Look at daemon.log.", Retry: true)), attempt, names.Find(name) is { } state ? ground.Store.Whole(state.Known).Evidence : default);

    /// <summary>The file of a name could not be used: it is ordered anew if it is wanted. Other names are unhurt.</summary>
    public void Damaged(string name, Problem problem)
    {
        logger.LogError("{Problem}", problem);
        var former = names.Find(name)?.Certificate;
        var state = names.ChangeKnown(name, state => state with { Certificate = null, Known = state.Known with { Reason = problem } });

        names.Release(name);

        // Nobody writes another entry over that of a name which is not wanted.
        if (state is { Wanted: false } && former is not null) _ = ground.Store.CommitAsync(IssuingStore.Remove(former)).AsTask();
    }

    /// <summary>The name's certificate is gone: the next one is due at once where it is wanted, and past failures say nothing of it.</summary>
    public void Revoked(NameState state)
    {
        book.Remove(state.Name);
        names.Change(state.Name, now => now with { Certificate = null, Known = Revocation.Fresh(state.Known), Held = null });
        names.Release(state.Name);
        logger.LogWarning("The certificate of {Name} was revoked by {Issuer}.", state.Name, state.Certificate!.SignedBy);
    }

    /// <summary>Never an order while a valid certificate exists: its file may be there where the index has lost it.</summary>
    private bool Adopt(string name)
    {
        if (ground.Archive.IsUnderWay(name) || ground.Shelf.Find(name) is not { } kept || kept.NotAfter <= time.GetUtcNow()) return false;
        book.Put(name, kept);
        var record = CertificateRecord.Found(name, kept, names.Where(state => state.Certificate is not null).Select(state => state.Certificate!), time.GetUtcNow());
        names.Change(name, state => state with { Certificate = record });
        logger.LogInformation("A certificate for {Name} was found that the index did not know of; it is good until {NotAfter:yyyy-MM-dd HH:mm} UTC.", name, kept.NotAfter);
        return true;
    }

    /// <summary>
    /// A name under a wildcard that has a certificate needs none of its own, and while the wildcard's is being had it waits for that. Its own, if it has one by now that
    /// is due for renewal, goes: the book would show it until its end and longer. Whoever asks for one by hand, or names it in the config, gets one.
    /// </summary>
    private async ValueTask<bool> LeaveToWildcardAsync(NameState state, Attempt attempt)
    {
        if (state.Forced || HostName.WildcardOf(state.Name) is not { } wildcard || attempt.Options.For(state.Name)?.Host == state.Name) return false;
        if (WildcardCover.Find(names.Find(wildcard), time.GetUtcNow()) is not { } hold) return false;
        if (state.Certificate is { } own)
        {
            if (hold.Cover!.Certificate is null || await ground.Store.CommitAsync(IssuingStore.Remove(own)) is not null) return false;
            book.Remove(state.Name);
            ground.Shelf.Discard(state.Name);
            logger.LogInformation("{Name} is answered with the certificate of {Wildcard} from now on; its own, which was due for renewal, was removed.", state.Name, wildcard);
        }

        names.Change(state.Name, now => now with { Certificate = null, Held = hold });
        return true;
    }

    private void Succeed(Kept kept)
    {
        var record = kept.Record;
        book.Put(record.Name, kept.Certificate);
        names.Change(record.Name, state => state with { Certificate = record, Known = kept.Known.Brief(), Held = null, Forced = false });
        logger.LogInformation("A certificate for {Name} was issued by {Issuer}, good until {NotAfter:yyyy-MM-dd HH:mm} UTC; it is renewed from {Due:yyyy-MM-dd HH:mm} UTC on.",
            record.Name, record.Issuer, record.NotAfter, record.DueAt);
        names.Release(record.Name);
    }

    /// <summary>A limit or a port stands in the way: nothing failed, and it goes on by itself. A limit is written down where it is counted.</summary>
    private void Hold(string name, Hold held, AttemptOutcome outcome, int resumed)
    {
        if (names.Find(name)?.Held is null) logger.LogWarning("{Problem}", held.Problem);
        names.Change(name, state => state with { Held = held, Forced = false, Known = state.Known with { Evidence = outcome.Evidence, IsBrief = false } });
        names.Release(name);

        // A change of the ways since the try began had nobody to tell before the line above.
        if (held.IsClosed && Volatile.Read(ref _resumed) != resumed) names.Change(name, state => state with { Held = null });
    }

    private async ValueTask FailAsync(string name, OrderFailure failure, Attempt attempt, Items<Evidence> evidence)
    {
        var now = time.GetUtcNow();
        var known = names.Find(name)?.Known ?? new NameRecord(name);

        // A look that we have missed says nothing of the name, so the next one is had at once. Once only: who is killed again and again orders no more often than others who fail.
        var isAtOnce = failure.IsMissed && known.Failures == 0;
        var next = isAtOnce ? now : now + BackOff.After(known.Failures + 1, attempt.Options.Draw());
        if (failure.RetryAt > next) next = failure.RetryAt.Value;
        var failed = failure.Challenge is { } challenge ? known.FailedChallenges.Where(type => type != challenge).Append(challenge).ToItems() : known.FailedChallenges;
        known = known with { Failures = known.Failures + 1, LastTry = now, NextTry = next, Reason = failure.Problem, FailedChallenges = failed, Evidence = evidence, IsBrief = false };

        // What cannot be written down counts all the same while the program runs.
        names.Change(name, state => state with { Known = known, Held = null, Forced = state.Forced && isAtOnce });
        logger.LogWarning("No certificate for {Name}: {Reason} The next try is at {Next:HH:mm:ss} UTC.", name, failure.Problem.Text, next);
        names.Release(name);
        await ground.Store.CommitAsync(IssuingStore.Put(known));
    }

    /// <summary>Asks when the CA wants the certificate replaced, and plans by that. Without an answer the plan stays.</summary>
    private async Task AskRenewalInfoAsync(NameState state, Attempt attempt, CancellationToken stop)
    {
        if (state.Certificate is not { } certificate || !(certificate.AskAt <= time.GetUtcNow())) return;
        var planned = await attempt.PlanAsync(certificate, stop);
        names.Change(state.Name, now => now.Certificate == certificate ? now with { Certificate = planned } : now);

        // RFC 9773 4.2: “Clients SHOULD provide this URL to their operator, if present.” Once for each plan, not at each look.
        if (planned.Explanation is { } page && (page != certificate.Explanation || planned.DueAt != certificate.DueAt))
            logger.LogWarning("The CA wants the certificate of {Name} renewed from {Due:yyyy-MM-dd HH:mm} UTC on, and says why: {Page}", state.Name, planned.DueAt, page);
        await ground.Store.CommitAsync(IssuingStore.Put(planned));
    }
}
