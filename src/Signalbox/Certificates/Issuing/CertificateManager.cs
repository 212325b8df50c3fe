using Microsoft.Extensions.Logging;
using Signalbox.Certificates.Acme;
using Signalbox.Certificates.Book;
using Signalbox.Certificates.Issuing.Orders;
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

    private readonly Lock _lock = new();
    private readonly Dictionary<string, NameState> _names = new(StringComparer.Ordinal);
    private readonly Dictionary<string, OrderRecord> _open = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Task> _jobs = new(StringComparer.Ordinal);
    private readonly List<(string Name, TaskCompletionSource<NameState> Ended)> _waiters = [];
    private readonly PriorityQueue<string, DateTimeOffset> _queue = new();
    private readonly SemaphoreSlim _signal = new(0);
    private readonly CancellationTokenSource _stop = new();
    private readonly ManagerOptions _options;
    private readonly PublicBook _book;
    private readonly IssuingStore _store;
    private readonly Attempt _attempt;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private Task _running = Task.CompletedTask;

    /// <param name="options">How it works.</param>
    /// <param name="book">Where certificates go to be shown; filled with those that are kept.</param>
    /// <param name="attempt">How one name is brought to a certificate.</param>
    /// <param name="time">The clock.</param>
    /// <param name="logger">Told each success and failure.</param>
    public CertificateManager(ManagerOptions options, PublicBook book, Attempt attempt, TimeProvider time, ILogger logger)
    {
        _options = options;
        _book = book;
        _store = attempt.Store;
        _attempt = attempt;
        _time = time;
        _logger = logger;
        book.Damaged = OnDamaged;
        foreach (var record in _store.LoadNames()) _names[record.Name] = new NameState(record.Name) { Known = record };
        foreach (var record in _store.LoadCertificates())
        {
            _names[record.Name] = State(record.Name) with { Certificate = record };
            book.Put(record.Name);
        }

        // Of two open orders of one name (a staging one and the real one) the one that costs is gone on with; the other is found out of date by itself.
        foreach (var order in _store.LoadOrders().OrderByDescending(order => order.Staging).ThenBy(order => order.Begun)) _open[order.Names[0]] = order;
    }

    /// <summary>Why no public certificate is ordered at all; null when some issuer is asked.</summary>
    public Problem? Unready => _options.Issuers.Any(issuer => issuer.Unready is null) ? null
        : _options.Issuers.IsEmpty
            ? new Problem(ProblemType.CertificateUnavailable, ProblemSide.Request, "certificates.issuers", "No issuer is configured, so no public certificates are ordered.",
                "Add one to signalbox.yaml: certificates: { issuers: [ { name: main, directory: \"https://acme-v02.api.letsencrypt.org/directory\", email: you@example.com, termsAgreed: true } ] }")
            : _options.Issuers[0].Unready;

    /// <summary>Begins to order and renew. Called once the listeners are up.</summary>
    public void Start()
    {
        // Before the first job: no key is being made yet.
        _attempt.RemoveKeysOfEnded();
        _running = Task.Run(RunAsync);
    }

    /// <summary>Some route claims the name now. Returns at once.</summary>
    public void Want(string name)
    {
        if (_options.IsElsewhere(name) || !CanBePublic(name)) return;
        Change(name, state => state with { Wanted = true });
    }

    /// <summary>No route claims the name any more. Returns at once.</summary>
    public void Unwant(string name) => Change(name, state => state with { Wanted = false, Forced = false }, onlyKnown: true);

    /// <summary>
    /// Has a new certificate made now, whatever the plan says, and returns once that try has ended, with what came of it. Problems: the name is not wanted, or no
    /// issuer is asked.
    /// </summary>
    public async Task<Outcome<NameState>> RenewAsync(string name, CancellationToken cancellation)
    {
        if (Unready is { } unready) return unready;
        var ended = new TaskCompletionSource<NameState>(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_lock)
        {
            if (!_names.TryGetValue(name, out var state) || !state.Wanted)
            {
                return new Problem(ProblemType.NotFound, ProblemSide.Request, name, "This name has no public certificate, and none is wanted: no route claims it, or it is a local name.",
                    "Make a route for it first; `signalbox certs` lists the names there are.");
            }

            _waiters.Add((name, ended));
        }

        Change(name, state => state with { Forced = true });
        return await ended.Task.WaitAsync(cancellation);
    }

    public NameState? Find(string name)
    {
        lock (_lock) return _names.GetValueOrDefault(name);
    }

    /// <summary>Every name that is wanted or has a certificate, by name.</summary>
    public IReadOnlyList<NameState> All()
    {
        lock (_lock) return [.. _names.Values.Where(state => state.Wanted || state.Certificate is not null).OrderBy(state => state.Name, StringComparer.Ordinal)];
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        Task[] jobs;
        lock (_lock) jobs = [.. _jobs.Values];

        // Each leaves its order as it stands and what was shown to the CA taken away.
        await Task.WhenAll(jobs).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _attempt.Dispose();
        _stop.Dispose();
        _signal.Dispose();
    }

    /// <summary>A public CA signs for names with a dot that are no address.</summary>
    private static bool CanBePublic(string name) => Identifier.Parse(name) is { Succeeded: true, Value: { IsIp: false } identifier } && identifier.Base.Contains('.', StringComparison.Ordinal);

    private async Task RunAsync()
    {
        while (!_stop.IsCancellationRequested)
        {
            var sleep = StartDue();
            try
            {
                using var wake = CancellationTokenSource.CreateLinkedTokenSource(_stop.Token);
                var signalled = _signal.WaitAsync(wake.Token);
                var slept = Task.Delay(sleep, _time, wake.Token);
                await Task.WhenAny(signalled, slept);
                await wake.CancelAsync();
                await signalled.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
            catch (OperationCanceledException)
            {
                return;
            }
        }
    }

    /// <summary>Starts what is due while there is room, and tells how long there is nothing to start.</summary>
    private TimeSpan StartDue()
    {
        lock (_lock)
        {
            if (Unready is not null) return LongestSleep;
            var now = _time.GetUtcNow();
            while (_queue.TryPeek(out var name, out var due))
            {
                if (_names.GetValueOrDefault(name)?.DueAt(now) is not { } really || really > due)
                {
                    // Queued for another time since, or for none: every change queues anew.
                    _queue.Dequeue();
                    if (_names.GetValueOrDefault(name)?.DueAt(now) is { } later) _queue.Enqueue(name, later);
                    continue;
                }

                if (due > now) return due - now < LongestSleep ? due - now : LongestSleep;
                if (_jobs.Count >= _options.Parallel) return LongestSleep;
                _queue.Dequeue();
                _names[name] = _names[name] with { Phase = NamePhase.Queued };
                _jobs[name] = Task.Run(() => JobAsync(name));
            }

            return LongestSleep;
        }
    }

    private async Task JobAsync(string name)
    {
        try
        {
            await WorkAsync(name);
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            // The daemon stops; what was begun is written down.
        }
        catch (Exception error)
        {
            // A fault of ours harms this name alone, and is not repeated without a pause.
            _logger.LogError(error, "The certificate of {Name} could not be worked on.", name);
            await FailAsync(name, new Problem(ProblemType.CertificateUnavailable, ProblemSide.Daemon, name, $"A fault in signalbox: {error.Message}", "Look at daemon.log.", Retry: true), null, null);
        }
        finally
        {
            lock (_lock) _jobs.Remove(name);
            Change(name, state => state with { Phase = null }, onlyKnown: true);
            Tell(name);
        }
    }

    /// <summary>Whoever waits for a name's try is told what came of it; one who asked while it was under way waits for the next.</summary>
    private void Tell(string name)
    {
        lock (_lock)
        {
            if (_names.GetValueOrDefault(name) is not { Forced: false } state) return;
            foreach (var (_, ended) in _waiters.Where(waiter => waiter.Name == name)) ended.TrySetResult(state);
            _waiters.RemoveAll(waiter => waiter.Name == name);
        }
    }

    private async Task WorkAsync(string name)
    {
        // Looked at again now that this job is the only one: what was due when it was queued may have been done or given up since.
        var state = Find(name);
        if (state is null || !state.Wanted || Unready is not null) return;
        if (!state.NeedsCertificate(_time.GetUtcNow()))
        {
            await AskRenewalInfoAsync(state);
            state = Find(name);
            if (state is null || !state.NeedsCertificate(_time.GetUtcNow())) return;
        }

        OrderRecord? open;
        lock (_lock) open = _open.GetValueOrDefault(name);
        var outcome = await _attempt.RunAsync(state, open, phase => Change(name, now => now with { Phase = phase }), _stop.Token);
        lock (_lock) _open.Remove(name);
        if (outcome.Open is { } left)
        {
            lock (_lock) _open[name] = left;
        }

        if (outcome.Kept is { } kept) await SucceedAsync(kept, outcome);
        else if (outcome.Failure is { IsHeld: true } held) Hold(name, held);
        else if (outcome.Failure is { } failure) await FailAsync(name, failure.Problem, failure.RetryAt, failure.Challenge);
    }

    private async Task SucceedAsync(Kept kept, AttemptOutcome outcome)
    {
        var name = kept.Record.Name;
        var known = new NameRecord(name) { Challenge = outcome.Challenge ?? Find(name)?.Known.Challenge, Evidence = outcome.Evidence };
        await _store.CommitAsync(IssuingStore.Put(known));
        _book.Put(name, kept.Certificate);
        Change(name, state => state with { Certificate = kept.Record, Known = known, Held = null, Forced = false });
        _logger.LogInformation("A certificate for {Name} was issued by {Issuer}, good until {NotAfter:yyyy-MM-dd HH:mm} UTC; it is renewed from {Due:yyyy-MM-dd HH:mm} UTC on.",
            name, kept.Record.Issuer, kept.Record.NotAfter, kept.Record.DueAt);
    }

    /// <summary>A limit stands in the way: nothing failed, and it goes on by itself.</summary>
    private void Hold(string name, OrderFailure held)
    {
        if (Find(name)?.Held is null) _logger.LogWarning("{Problem}", held.Problem);
        Change(name, state => state with { Held = held.Problem, Forced = false, Known = state.Known with { NextTry = held.RetryAt } });
    }

    private async Task FailAsync(string name, Problem reason, DateTimeOffset? retryAt, string? challenge)
    {
        var now = _time.GetUtcNow();
        var known = Find(name)?.Known ?? new NameRecord(name);
        var next = now + BackOff.After(known.Failures + 1, _options.Draw());
        if (retryAt > next) next = retryAt.Value;
        var failed = challenge is null ? known.FailedChallenges : known.FailedChallenges.Where(type => type != challenge).Append(challenge).ToItems();
        known = known with { Failures = known.Failures + 1, NextTry = next, Reason = reason, FailedChallenges = failed };
        await _store.CommitAsync(IssuingStore.Put(known));
        Change(name, state => state with { Known = known, Held = null, Forced = false });
        _logger.LogWarning("No certificate for {Name}: {Reason} The next try is at {Next:HH:mm:ss} UTC.", name, reason.Text, next);
    }

    /// <summary>Asks when the CA wants the certificate replaced, and plans by that. Without an answer the plan stays.</summary>
    private async Task AskRenewalInfoAsync(NameState state)
    {
        if (state.Certificate is not { } certificate) return;
        var planned = await _attempt.PlanAsync(certificate, _stop.Token);
        await _store.CommitAsync(IssuingStore.Put(planned));
        Change(state.Name, now => now.Certificate == certificate ? now with { Certificate = planned } : now);
    }

    /// <summary>The file of a name could not be used: it is ordered anew if it is wanted. Other names are unhurt.</summary>
    private void OnDamaged(string name, Problem problem)
    {
        _logger.LogError("{Problem}", problem);
        Change(name, state => state with { Certificate = null, Known = state.Known with { Reason = problem } }, onlyKnown: true);
    }

    private NameState State(string name) => _names.GetValueOrDefault(name) ?? new NameState(name);

    private void Change(string name, Func<NameState, NameState> change, bool onlyKnown = false)
    {
        lock (_lock)
        {
            if (onlyKnown && !_names.ContainsKey(name)) return;
            var changed = change(State(name));
            _names[name] = changed;
            if (changed.DueAt(_time.GetUtcNow()) is not { } due) return;
            _queue.Enqueue(name, due);
        }

        Wake();
    }

    private void Wake()
    {
        try
        {
            _signal.Release();
        }
        catch (ObjectDisposedException)
        {
            // The daemon has stopped: nothing more is to be started.
        }
    }
}
