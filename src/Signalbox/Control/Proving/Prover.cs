using System.Collections.Concurrent;
using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using Signalbox.Control.Merging;
using Signalbox.Model;

namespace Signalbox.Control.Proving;

/// <summary>
/// Proves routes: first the way (a signed request through the real listener must show this route at this revision), then the backend (it must accept a
/// connection). Whoever waits is served at once by workers of its own; everything else stands in line behind, at a bounded rate. Level-triggered: a line
/// holds names only, and what stands in the edge state at its turn is what is proved.
/// </summary>
internal sealed class Prover : IEdgeObserver, IAsyncDisposable
{
    /// <summary>Proofs somebody waits for, at once: 50 dev servers starting together are through in a few rounds, on two cores.</summary>
    private const int UrgentWorkers = 8;

    /// <summary>One bulk proof costs about 100 µs of both sides: 1,000 a second are a tenth of one core.</summary>
    private const int BulkPerSecond = 1000;

    private static readonly TimeSpan BulkTurn = TimeSpan.FromMilliseconds(20);

    /// <summary>After a proof failed: quickly at first, for the cause may be a change just under way.</summary>
    private static readonly TimeSpan RetryFirst = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan RetryLast = TimeSpan.FromSeconds(30);

    private readonly EdgeHolder _edge;
    private readonly Boards _boards;
    private readonly IWayProbe _probe;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly Channel<RouteKey> _urgent = Channel.CreateUnbounded<RouteKey>();
    private readonly Channel<RouteKey> _bulk = Channel.CreateUnbounded<RouteKey>(new UnboundedChannelOptions { SingleReader = true });
    private readonly ConcurrentDictionary<RouteKey, bool> _urgentInLine = new();
    private readonly ConcurrentDictionary<RouteKey, Retry> _retries = new();
    private readonly CancellationTokenSource _stop = new();
    private Task _loops = Task.CompletedTask;

    public Prover(EdgeHolder edge, Boards boards, IWayProbe probe, TimeProvider time, ILogger<Prover> logger) =>
        (_edge, _boards, _probe, _time, _logger) = (edge, boards, probe, time, logger);

    public void Start()
    {
        var loops = Enumerable.Range(0, UrgentWorkers).Select(_ => Task.Run(() => UrgentAsync(_stop.Token))).Append(Task.Run(() => BulkAsync(_stop.Token)));
        _loops = Task.WhenAll(loops);
    }

    public void Applied(ClaimBook before, ClaimBook after, EdgeChange change)
    {
        foreach (var route in change.Set)
        {
            // Retained before the old one is dropped, so that a backend which stays keeps what is known of it.
            _boards.Backends.Retain(route);
            if (before.Edge.Routes.TryGetValue(route.Key, out var old)) _boards.Backends.Drop(old);

            // Also when nobody said so: a name that comes back to its holder is waited for by the lease that lost it.
            if (_boards.Watches.IsWatched(route.Key)) Urge(route.Key);
            else _bulk.Writer.TryWrite(route.Key);
        }

        foreach (var key in change.Removed)
        {
            if (before.Edge.Routes.TryGetValue(key, out var old)) _boards.Backends.Drop(old);
            _boards.Routes.Forget(key);
            _retries.TryRemove(key, out _);
        }

        _boards.Watches.Wake(change);
    }

    /// <summary>Somebody waits for these: they go before everything in line.</summary>
    public void ProveNow(IEnumerable<RouteKey> keys)
    {
        foreach (var key in keys) Urge(key);
    }

    /// <summary>
    /// Listeners have come or gone. Whoever waits for a name looks at it again; and where it was the only way in that came, everything is proved anew through it.
    /// </summary>
    public void ListenersChanged(bool anew)
    {
        if (anew) _boards.Routes.ForgetAll();
        foreach (var (key, route) in _edge.Book.Edge.Routes)
        {
            if (_boards.Watches.IsWatched(key))
            {
                _boards.Watches.Wake(key);
                Urge(key);
            }
            else if (!_boards.Routes.IsProved(route))
            {
                _bulk.Writer.TryWrite(key);
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _loops.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _stop.Dispose();
    }

    /// <summary>Once in line is enough: what stands at its turn is proved.</summary>
    private void Urge(RouteKey key)
    {
        if (_urgentInLine.TryAdd(key, true)) _urgent.Writer.TryWrite(key);
    }

    private async Task UrgentAsync(CancellationToken cancellation)
    {
        await foreach (var key in _urgent.Reader.ReadAllAsync(cancellation))
        {
            // Out of line before it is looked at: whoever asks from now on is served by another look.
            _urgentInLine.TryRemove(key, out _);
            await ProveSafelyAsync(key, urgent: true, cancellation);
        }
    }

    private async Task BulkAsync(CancellationToken cancellation)
    {
        while (await _bulk.Reader.WaitToReadAsync(cancellation))
        {
            var turn = Task.Delay(BulkTurn, _time, cancellation);

            // Only what was really asked counts: routes that are gone or proved meanwhile fall out of the line at no cost, so churn cannot make it long.
            for (var asked = 0; asked < BulkPerSecond * BulkTurn.TotalSeconds && _bulk.Reader.TryRead(out var key);)
            {
                if (await ProveSafelyAsync(key, urgent: false, cancellation)) asked++;
            }

            await turn;
        }
    }

    /// <summary>A fault of ours in one proof must not end the worker that all others wait for.</summary>
    private async Task<bool> ProveSafelyAsync(RouteKey key, bool urgent, CancellationToken cancellation)
    {
        try
        {
            return await ProveAsync(key, urgent, cancellation);
        }
        catch (Exception error) when (!cancellation.IsCancellationRequested)
        {
            _logger.LogError(error, "The proof of {Route} failed inside the daemon.", key);
            RetryLater(key, urgent, cancellation);
            return true;
        }
    }

    /// <summary>True when the router was asked.</summary>
    private async Task<bool> ProveAsync(RouteKey key, bool urgent, CancellationToken cancellation)
    {
        // What stands now, not what stood when the key was put in line.
        if (Standing(key) is not { } route || _boards.Planes.Refused(key) is not null) return false;
        // There is nobody to ask. When there is, it comes into line again.
        if (_boards.Routes.Closed(route) is not null) return false;
        if (!urgent && _boards.Routes.IsProved(route)) return false;
        var failure = await AskAsync(route, urgent, cancellation);

        // The way counts as proved only together with the backend's answer, or a name could be called live for the moment in between on what an older
        // check of the backend said.
        if (failure is null && urgent) await AskBackendsAsync(route, cancellation);

        // The route may have changed while it was asked: this answer says nothing then. The change has put the new one in line; whoever waits goes first.
        if (Standing(key)?.Revision != route.Revision)
        {
            if (urgent) Urge(key);
            return true;
        }

        _boards.Routes.Set(route, _time.GetUtcNow(), failure);

        // Removed in this very moment: then the writer may have forgotten it before it was set.
        if (Standing(key) is null) _boards.Routes.Forget(key);
        if (failure is null) _retries.TryRemove(key, out _);
        else RetryLater(key, urgent, cancellation);
        _boards.Watches.Wake(key);
        return true;
    }

    private Route? Standing(RouteKey key) => _edge.Book.Edge.Routes.GetValueOrDefault(key);

    private async Task<Problem?> AskAsync(Route route, bool urgent, CancellationToken cancellation)
    {
        try
        {
            var failure = await _probe.AskAsync(route, urgent, cancellation);
            // Back to the pool from whatever thread the answer came on: the worker that goes on may pass over any number of routes, and the thread may be one of
            // the socket engine's, with connections of clients behind it.
            await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
            return failure;
        }
        catch (Exception error) when (!cancellation.IsCancellationRequested)
        {
            _logger.LogError(error, "The proof of {Route} failed inside the daemon.", route.Key);
            return new Problem(ProblemType.RouteUnproved, ProblemSide.Daemon, route.Key.ToString(), $"The proof failed inside the daemon: {error.Message}", "See daemon.log in the home.", Retry: true);
        }
    }

    // Not in bulk: the monitor asks each backend once, however many routes lead there.
    private Task AskBackendsAsync(Route route, CancellationToken cancellation) =>
        route.Backends.IsEmpty ? Task.CompletedTask : Task.WhenAll(route.Backends.Select(backend => _boards.Monitor.AskAsync(backend, cancellation)));

    /// <summary>One retry a route at a time, however often it fails and whoever asked.</summary>
    private void RetryLater(RouteKey key, bool urgent, CancellationToken cancellation)
    {
        var retry = _retries.GetOrAdd(key, static _ => new Retry());
        if (retry.Failed(urgent) is { } failures) _ = RetryAsync(key, retry, failures, cancellation);
    }

    private async Task RetryAsync(RouteKey key, Retry retry, int failures, CancellationToken cancellation)
    {
        var wait = Math.Min(RetryFirst.TotalSeconds * Math.Pow(2, Math.Min(failures - 1, 10)), RetryLast.TotalSeconds) * (0.9 + (Random.Shared.NextDouble() * 0.2));
        await Task.Delay(TimeSpan.FromSeconds(wait), _time, cancellation).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (cancellation.IsCancellationRequested) return;
        var urgent = retry.Over();
        if (Standing(key) is not { } route) _retries.TryRemove(KeyValuePair.Create(key, retry));
        else if (_boards.Routes.IsProved(route)) return;
        else if (urgent) Urge(key);
        else _bulk.Writer.TryWrite(key);
    }
}
