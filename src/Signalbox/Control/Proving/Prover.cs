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
    private readonly ConcurrentDictionary<RouteKey, int> _failures = new();
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
            _bulk.Writer.TryWrite(route.Key);
        }

        foreach (var key in change.Removed)
        {
            if (before.Edge.Routes.TryGetValue(key, out var old)) _boards.Backends.Drop(old);
            _boards.Routes.Forget(key);
            _failures.TryRemove(key, out _);
        }

        _boards.Watches.Wake(change);
    }

    /// <summary>Somebody waits for these: they go before everything in line.</summary>
    public void ProveNow(IEnumerable<RouteKey> keys)
    {
        foreach (var key in keys) _urgent.Writer.TryWrite(key);
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _loops.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _stop.Dispose();
    }

    private async Task UrgentAsync(CancellationToken cancellation)
    {
        await foreach (var key in _urgent.Reader.ReadAllAsync(cancellation)) await ProveAsync(key, urgent: true, cancellation);
    }

    private async Task BulkAsync(CancellationToken cancellation)
    {
        while (await _bulk.Reader.WaitToReadAsync(cancellation))
        {
            var turn = Task.Delay(BulkTurn, _time, cancellation);
            for (var done = 0; done < BulkPerSecond * BulkTurn.TotalSeconds && _bulk.Reader.TryRead(out var key); done++)
            {
                await ProveAsync(key, urgent: false, cancellation);
            }

            await turn;
        }
    }

    private async Task ProveAsync(RouteKey key, bool urgent, CancellationToken cancellation)
    {
        // What stands now, not what stood when the key was put in line.
        if (!_edge.Book.Edge.Routes.TryGetValue(key, out var route) || _boards.Planes.Refused(key) is not null) return;
        if (urgent || !_boards.Routes.IsProved(route))
        {
            Problem? failure;
            try
            {
                failure = await _probe.AskAsync(route, urgent, cancellation);
            }
            catch (Exception error) when (error is not OperationCanceledException)
            {
                _logger.LogError(error, "The proof of {Route} failed inside the daemon.", key);
                failure = new Problem(ProblemType.RouteUnproved, ProblemSide.Daemon, key.ToString(), $"The proof failed inside the daemon: {error.Message}", "See daemon.log in the home.", Retry: true);
            }

            // The route may have changed while it was asked: then that change has put it in line again, and this answer says nothing.
            if (!_edge.Book.Edge.Routes.TryGetValue(key, out var now) || now.Revision != route.Revision) return;

            // The way counts as proved only together with the backend's answer below, or a name could be called live for the moment in between
            // on what an older check of the backend said.
            if (failure is null && urgent) await AskBackendsAsync(route, cancellation);
            _boards.Routes.Set(route, _time.GetUtcNow(), failure);
            if (failure is null) _failures.TryRemove(key, out _);
            else _ = RetryAsync(key, urgent, cancellation);
        }

        _boards.Watches.Wake(key);
    }

    // Not in bulk: the monitor asks each backend once, however many routes lead there.
    private Task AskBackendsAsync(Route route, CancellationToken cancellation) =>
        route.Backends.IsEmpty ? Task.CompletedTask : Task.WhenAll(route.Backends.Select(backend => _boards.Monitor.AskAsync(backend, cancellation)));

    private async Task RetryAsync(RouteKey key, bool urgent, CancellationToken cancellation)
    {
        var failures = _failures.AddOrUpdate(key, 1, static (_, count) => count + 1);
        var wait = Math.Min(RetryFirst.TotalSeconds * Math.Pow(2, Math.Min(failures - 1, 10)), RetryLast.TotalSeconds) * (0.9 + (Random.Shared.NextDouble() * 0.2));
        await Task.Delay(TimeSpan.FromSeconds(wait), _time, cancellation).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (!cancellation.IsCancellationRequested) (urgent ? _urgent : _bulk).Writer.TryWrite(key);
    }
}
