using Microsoft.Extensions.Logging;
using Signalbox.Certificates.Acme;
using Signalbox.Certificates.Book;
using Signalbox.Certificates.Issuing.Records;
using Signalbox.Model;

namespace Signalbox.Certificates.Issuing;

/// <summary>
/// Sees to it that every wanted name has a certificate. One loop starts the jobs that are due, a bounded number at a time, one for a name; each looks again whether
/// it is still needed before it asks anybody. What is known of a name is one record, swapped whole; what must outlive a crash is written down first.
/// </summary>
internal sealed class CertificateManager : IAsyncDisposable
{
    /// <summary>The machine's clock may be set, or stand still while it sleeps: what is due by it is looked at this often whatever timers say.</summary>
    private static readonly TimeSpan LongestSleep = TimeSpan.FromMinutes(1);

    /// <summary>A clock that falls behind the machine's own count of time by more than this was set back.</summary>
    private static readonly TimeSpan SetBack = TimeSpan.FromMinutes(1);

    /// <summary>What has ended is removed once a day: nothing waits for it.</summary>
    private static readonly TimeSpan SweepEvery = TimeSpan.FromDays(1);

    /// <summary>A revocation that was begun before a crash is tried for an hour, once a minute, and then left to whoever wished it.</summary>
    private const int RevocationTries = 60;

    private readonly Lock _lock = new();
    private readonly Dictionary<string, Task> _jobs = new(StringComparer.Ordinal);
    private readonly List<(string Name, TaskCompletionSource<NameState> Ended)> _waiters = [];
    private readonly CancellationTokenSource _stop = new();
    private readonly NameTable _names;
    private readonly Upkeep _upkeep;
    private readonly NameWork _work;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private volatile Attempt _attempt;
    private Task _retiring = Task.CompletedTask;
    private Task _running = Task.CompletedTask;

    /// <param name="book">Where certificates go to be shown.</param>
    /// <param name="attempt">How one name is brought to a certificate.</param>
    /// <param name="time">The clock.</param>
    /// <param name="logger">Told each success and failure.</param>
    public CertificateManager(PublicBook book, Attempt attempt, TimeProvider time, ILogger logger)
    {
        (_attempt, _time, _logger) = (attempt, time, logger);
        _names = new NameTable(time);
        _work = new NameWork(_names, book, attempt.Ground, time, logger);
        _upkeep = new Upkeep(_names, book, attempt.Ground, time, logger);
        book.Damaged = _work.Damaged;
        book.Unreadable = problem => logger.LogError("{Problem}", problem);
    }

    /// <summary>
    /// Reads what is kept, and fills the book with it. Before <see cref="Start"/>, and before anybody asks the book; names may be wanted meanwhile, as a start has better to do than wait.
    /// </summary>
    /// <param name="hosts">Names as routes have them, for texts to be shared with.</param>
    public void Load(IEnumerable<string> hosts) => _upkeep.Load(hosts);

    /// <summary>Why no public certificate is ordered at all; null when some issuer is asked.</summary>
    public Problem? Unready => _attempt.Options.Unready;

    /// <summary>Begins to order and renew. Called once the listeners are up.</summary>
    public void Start() => _running = Task.Run(RunAsync);

    /// <summary>Some route claims the name now. Returns at once.</summary>
    public void Want(string name)
    {
        var options = _attempt.Options;
        if (options.IsElsewhere(name) || !CanBePublic(name)) return;
        _names.Change(name, state => state with { Wanted = true, Off = options.For(name)?.Off == true });
    }

    /// <summary>No route claims the name any more. Returns at once.</summary>
    public void Unwant(string name)
    {
        // Whoever waits for a job that will not come now is told at once; one that is under way tells when it ends.
        if (_names.ChangeKnown(name, state => state with { Wanted = false, Forced = false }) is { Phase: null } left) Tell(left);
        _names.Release(name);
    }

    /// <summary>
    /// Goes on by another config from now on. Jobs under way end by the old one; what was held up, or paused for want of a ready issuer, is looked at anew at once.
    /// </summary>
    public void Reconfigure(Attempt attempt)
    {
        lock (_lock)
        {
            var former = _attempt;
            _attempt = attempt;
            _retiring = RetireAsync(former, _retiring, [.. _jobs.Values]);
            var isUnready = attempt.Options.Unready is not null;
            _names.ChangeAll(state =>
            {
                var isOff = attempt.Options.For(state.Name)?.Off == true;
                return state with { Off = isOff, Held = null, Forced = state.Forced && !isOff && !isUnready };
            });

            // Whoever waits for a job that will not come now is told at once.
            foreach (var name in _waiters.Select(waiter => waiter.Name).Distinct().ToList())
            {
                if (_names.Find(name) is { Phase: null } state) Tell(state);
            }
        }
    }

    /// <summary>
    /// Has a new certificate made now, whatever the plan says, and returns once that try has ended, with what came of it. Problems: the name is not wanted, or no
    /// issuer is asked.
    /// </summary>
    public async Task<Outcome<NameState>> RenewAsync(string name, CancellationToken cancellation)
    {
        if (Unready is { } unready) return unready;
        var ended = new TaskCompletionSource<NameState>(TaskCreationOptions.RunContinuationsAsynchronously);
        NameState? forced;
        lock (_lock)
        {
            // In one: a job that ends between the two would tell a waiter whose try is still to come.
            forced = _names.ChangeKnown(name, state => state with { Forced = state is { Wanted: true, Off: false } });
            if (forced is { Forced: true }) _waiters.Add((name, ended));
        }

        if (forced is { Forced: true }) return await ended.Task.WaitAsync(cancellation);
        return forced is { Wanted: true }
            ? new Problem(ProblemType.NotFound, ProblemSide.Request, name, "signalbox.yaml has no certificate ordered for this name.", "Remove its `off: true` from certificates.names.")
            : new Problem(ProblemType.NotFound, ProblemSide.Request, name, "This name has no public certificate, and none is wanted: no route claims it, or it is a local name.",
                "Make a route for it first; `signalbox certs` lists the names there are.");
    }

    /// <summary>A way to show names to CAs is open again, or closed for another reason: whoever was held up for want of one goes on now, or is told the reason of today.</summary>
    public void Resume() => _work.Resume();

    /// <summary>
    /// Has the CA revoke the name's certificate, which is out of use when this returns; another one is ordered where the name is still wanted. Whoever asked may go: what
    /// was begun is brought to its end. Problems: there is none, it is worked on just now, or as the CA has them; then it stays in use.
    /// </summary>
    public async Task<Outcome<NameState>> RevokeAsync(string name, RevocationReason? reason, CancellationToken cancellation)
    {
        while (true)
        {
            if (_names.Find(name) is not { Certificate: not null } state)
                return new Problem(ProblemType.NotFound, ProblemSide.Request, name, "No CA's certificate is kept for this name.", "`signalbox certs` lists those there are, under the names they are kept by.");
            if (BeginRevoking(new RevocationRecord(name, reason)) is { } revoking) return await revoking.WaitAsync(cancellation) is { } problem ? problem : Find(name) ?? new NameState(name);

            // The look for renewal information, which follows each issue, is over in a moment; an order may take minutes.
            if (state.Phase is not (null or NamePhase.Queued))
                return new Problem(ProblemType.AcmeUnreachable, ProblemSide.Daemon, name, "The certificate of this name is worked on just now.", "Repeat the command when that has ended.", Retry: true);
            Task? job;
            lock (_lock) job = _jobs.GetValueOrDefault(name);
            if (job is null) await Task.Yield();
            else await job.WaitAsync(cancellation).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            cancellation.ThrowIfCancellationRequested();
        }
    }

    public NameState? Find(string name) => _names.Find(name);

    /// <summary>The same with all that is kept of the name.</summary>
    public NameState? Show(string name) => _names.Find(name) is { } state ? Whole(state) : null;

    /// <summary>The state with all that is kept of its name, read where it is not at hand.</summary>
    public NameState Whole(NameState state) => state with { Known = _attempt.Ground.Store.Whole(state.Known) };

    /// <summary>Every name that is wanted or has a certificate, by name.</summary>
    public IReadOnlyList<NameState> All() => _names.Where(state => state.Wanted || state.Certificate is not null);

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        Task[] jobs;
        lock (_lock) jobs = [.. _jobs.Values];

        // Each leaves its order as it stands and what was shown to the CA taken away.
        await Task.WhenAll(jobs).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await _retiring.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        lock (_lock)
        {
            foreach (var (_, ended) in _waiters) ended.TrySetCanceled();
        }

        _attempt.Dispose();
        _stop.Dispose();
    }

    /// <summary>A public CA signs for names with a dot that are no address.</summary>
    private static bool CanBePublic(string name) => Identifier.Parse(name) is { Succeeded: true, Value: { IsIp: false } identifier } && identifier.Base.Contains('.', StringComparison.Ordinal);

    private static async Task RetireAsync(Attempt former, Task before, Task[] jobs)
    {
        await Task.WhenAll([before, .. jobs]).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        former.Dispose();
    }

    private async Task RunAsync()
    {
        await TidyAsync(_upkeep.BeginAsync);
        await TidyAsync(ResumeAsync);
        var (swept, seen) = (_time.GetTimestamp(), (Wall: _time.GetUtcNow(), Count: _time.GetTimestamp()));
        while (!_stop.IsCancellationRequested)
        {
            var sleep = StartDue();
            try
            {
                await _names.WaitAsync(sleep, _stop.Token);
            }
            catch (OperationCanceledException)
            {
                return;
            }

            // What was put off by a clock that was ahead is looked at anew.
            // Read once: a clock that is set between two readings would go unnoticed.
            var now = (Wall: _time.GetUtcNow(), Count: _time.GetTimestamp());
            if (seen.Wall + _time.GetElapsedTime(seen.Count, now.Count) - now.Wall > SetBack) _names.ChangeAll(state => state with { Held = null });
            seen = now;
            if (_time.GetElapsedTime(swept) < SweepEvery) continue;
            swept = _time.GetTimestamp();
            await TidyAsync(_upkeep.SweepAsync);
        }
    }

    /// <summary>Null when the name has no certificate, or somebody works on it; from here on no job of it starts.</summary>
    private Task<Problem?>? BeginRevoking(RevocationRecord wish, bool again = false)
    {
        if (!_names.TryEnter(wish.Name, state => state.Certificate is not null)) return null;
        var state = _names.Change(wish.Name, state => state with { Phase = NamePhase.Revoking });
        lock (_lock)
        {
            var revoking = Task.Run(() => RevokeAsync(wish, state, again));
            _jobs[wish.Name] = revoking;
            return revoking;
        }
    }

    private async Task<Problem?> RevokeAsync(RevocationRecord wish, NameState state, bool again)
    {
        try
        {
            if (await _attempt.Revocation.RunAsync(wish, state, again, _stop.Token) is { } problem) return problem;
            _work.Revoked(state);
            return null;
        }
        finally
        {
            End(wish.Name);
        }
    }

    /// <summary>Those that cannot be read now stay written down for the next start.</summary>
    private Task ResumeAsync(CancellationToken stop)
    {
        foreach (var wish in _attempt.Ground.Store.LoadRevocations()) _ = ResumeAsync(wish);
        return Task.CompletedTask;
    }

    /// <summary>A revocation that a crash came into is gone on with before anything else is done for its name.</summary>
    private async Task ResumeAsync(RevocationRecord wish)
    {
        for (var tries = 0; tries < RevocationTries && BeginRevoking(wish, again: true) is { } revoking; tries++)
        {
            if (await revoking is not { } problem) return;
            _logger.LogWarning("{Problem}", problem);
            if (!problem.Retry) return;
            await Task.Delay(LongestSleep, _time, _stop.Token);
        }

        // There is nothing to be revoked any more, or it was tried long enough. Somebody who asks for it again meanwhile has written the same down, and needs it.
        if (_names.Find(wish.Name)?.Phase == NamePhase.Revoking) return;
        await _attempt.Ground.Store.CommitAsync(IssuingStore.Remove(wish));
    }

    private async Task TidyAsync(Func<CancellationToken, Task> tidy)
    {
        try
        {
            await tidy(_stop.Token);
        }
        catch (Exception error) when (!_stop.IsCancellationRequested)
        {
            // Certificates are more than tidiness.
            _logger.LogError(error, "What was left of certificates could not be looked through.");
        }
        catch (OperationCanceledException)
        {
            // The daemon stops.
        }
    }

    /// <summary>Starts what is due while there is room, and tells how long there is nothing to start.</summary>
    private TimeSpan StartDue()
    {
        while (true)
        {
            lock (_lock)
            {
                if (Unready is not null || _jobs.Count - Math.Min(_names.Waiting, _attempt.Options.Waiting) >= _attempt.Options.Parallel) return LongestSleep;
                if (!_names.TryEnterDue(out var name, out var wait)) return wait < LongestSleep ? wait.Value : LongestSleep;
                var attempt = _attempt;
                _jobs[name] = Task.Run(() => JobAsync(name, attempt));
            }
        }
    }

    private async Task JobAsync(string name, Attempt attempt)
    {
        try
        {
            await _work.RunAsync(name, attempt, _stop.Token);
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            // The daemon stops; what was begun is written down.
        }
        catch (Exception error)
        {
            // A fault of ours harms this name alone, and is not repeated without a pause.
            _logger.LogError(error, "The certificate of {Name} could not be worked on.", name);
            await _work.FaultAsync(name, attempt, error);
        }
        finally
        {
            End(name);
        }
    }

    /// <summary>Ends the work on a name. In one: its next job, such as the look for renewal information, begins only when whoever waited for this one has been told.</summary>
    private void End(string name)
    {
        lock (_lock)
        {
            _jobs.Remove(name);
            Tell(_names.Leave(name));
        }
    }

    /// <summary>Whoever waits for a name's try is told what came of it; one who asked when it was too late for that waits for the next.</summary>
    private void Tell(NameState state)
    {
        lock (_lock)
        {
            if (_waiters.Count == 0 || state.Forced) return;
            foreach (var (_, ended) in _waiters.Where(waiter => waiter.Name == state.Name)) ended.TrySetResult(state);
            _waiters.RemoveAll(waiter => waiter.Name == state.Name);
        }
    }
}
