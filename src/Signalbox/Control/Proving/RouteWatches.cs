using System.Collections.Concurrent;
using System.Collections.Immutable;
using Signalbox.Control.Merging;
using Signalbox.Model;

namespace Signalbox.Control.Proving;

/// <summary>
/// Wakes whoever waits for something about certain routes: a lease, a command. Level-triggered: a wake says only “look again”, so several together are
/// one and none can be lost between looking and waiting.
/// </summary>
internal sealed class RouteWatches
{
    private readonly ConcurrentDictionary<RouteKey, ImmutableArray<RouteWatch>> _byKey = new();
    private readonly EdgeHolder _edge;
    private readonly BackendBoard _backends;
    private int _passing;

    public RouteWatches(EdgeHolder edge, BackendBoard backends)
    {
        (_edge, _backends) = (edge, backends);
        backends.Changed += Wake;
    }

    /// <param name="keys">What is waited for.</param>
    /// <param name="leased">True for a lease's own names: they lead to leased backends only, so nothing else that becomes of a backend concerns the watch.</param>
    public RouteWatch Watch(IEnumerable<RouteKey> keys, bool leased = false)
    {
        var watch = new RouteWatch(this, [.. keys], leased);
        if (!leased) Interlocked.Increment(ref _passing);
        foreach (var key in watch.Keys) _byKey.AddOrUpdate(key, static (_, added) => [added], static (_, others, added) => others.Add(added), watch);
        return watch;
    }

    /// <summary>True while somebody waits for this route.</summary>
    public bool IsWatched(RouteKey key) => _byKey.ContainsKey(key);

    public void Wake(RouteKey key)
    {
        if (!_byKey.TryGetValue(key, out var watches)) return;
        foreach (var watch in watches) watch.Wake();
    }

    public void Wake(EdgeChange change)
    {
        foreach (var route in change.Set) Wake(route.Key);
        foreach (var key in change.Removed) Wake(key);
    }

    // Watched routes are few (somebody sits in front of each); looking through them costs less than an index of routes by backend would. But the
    // backends of a large file, all asked after a start, are no lease's business.
    private void Wake(Backend backend)
    {
        if (Volatile.Read(ref _passing) == 0 && !_backends.IsLeased(backend)) return;
        // Not on the thread that learnt of it, which may be an event loop: with 10,000 leases the look takes a millisecond.
        _ = Task.Run(() => WakeWatchers(backend));
    }

    private void WakeWatchers(Backend backend)
    {
        var routes = _edge.Book.Edge.Routes;
        foreach (var (key, watches) in _byKey)
        {
            if (!routes.TryGetValue(key, out var route) || !route.Backends.Contains(backend)) continue;
            foreach (var watch in watches) watch.Wake();
        }
    }

    private void Remove(RouteWatch watch)
    {
        if (!watch.Leased) Interlocked.Decrement(ref _passing);
        foreach (var key in watch.Keys)
        {
            // Removed only if nobody was added meanwhile; otherwise look again.
            while (_byKey.TryGetValue(key, out var watches))
            {
                var left = watches.Remove(watch);
                if (left.IsEmpty ? _byKey.TryRemove(KeyValuePair.Create(key, watches)) : _byKey.TryUpdate(key, left, watches)) break;
            }
        }
    }

    /// <summary>One waiter's view of its keys.</summary>
    internal sealed class RouteWatch(RouteWatches owner, ImmutableArray<RouteKey> keys, bool leased) : IDisposable
    {
        private readonly WakeSlot _wakes = new();
        private int _disposed;

        public ImmutableArray<RouteKey> Keys => keys;

        public bool Leased => leased;

        public void Wake() => _wakes.Wake();

        public ValueTask<bool> WaitAsync(CancellationToken cancellation) => _wakes.WaitAsync(cancellation);

        public void Dispose()
        {
            if (Interlocked.Exchange(ref _disposed, 1) == 0) owner.Remove(this);
        }
    }
}
