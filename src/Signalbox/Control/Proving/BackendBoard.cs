using System.Collections.Concurrent;
using Signalbox.Model;

namespace Signalbox.Control.Proving;

/// <summary>
/// The one holder of what is known of backends: one entry a backend, however many routes share it. Fed by the router (what requests learn) and by
/// the monitor (what it asks). An entry lives as long as a route leads to it.
/// </summary>
internal sealed class BackendBoard(TimeProvider time) : IBackendObserver
{
    private readonly ConcurrentDictionary<Backend, Entry> _entries = new();

    /// <summary>A backend went up or down (not: the wording of its error changed, which requests and checks put differently). Raised on whatever thread learnt it; handlers return at once.</summary>
    public event Action<Backend>? Changed;

    /// <summary>A backend got its first route, or its first lease: it is to be looked at now. Raised by the writer.</summary>
    public event Action<Backend>? Added;

    public BackendHealth Health(Backend backend) => _entries.TryGetValue(backend, out var entry) ? entry.Health : BackendHealth.Unknown;

    public int Count => _entries.Count;

    /// <summary>True while a route leads there.</summary>
    public bool Knows(Backend backend) => _entries.ContainsKey(backend);

    /// <summary>True when a lease leads there: then somebody sits in front of it and it is looked at more often.</summary>
    public bool IsLeased(Backend backend) => _entries.TryGetValue(backend, out var entry) && entry.Leases > 0;

    public void Reached(Backend backend) => Set(backend, Reach.Up, null);

    public void Failed(Backend backend, string error) => Set(backend, Reach.Down, error);

    /// <summary>A route leads there now. By the writer only.</summary>
    public void Retain(Route route)
    {
        foreach (var backend in route.Backends)
        {
            var entry = _entries.GetOrAdd(backend, static _ => new Entry());
            var first = ++entry.Routes == 1;
            if (route.Life == ClaimLife.Lease) first |= ++entry.Leases == 1;
            if (first) Added?.Invoke(backend);
        }
    }

    /// <summary>A route no longer leads there. By the writer only.</summary>
    public void Drop(Route route)
    {
        foreach (var backend in route.Backends)
        {
            if (!_entries.TryGetValue(backend, out var entry)) continue;
            if (route.Life == ClaimLife.Lease) entry.Leases--;
            if (--entry.Routes == 0) _entries.TryRemove(backend, out _);
        }
    }

    private void Set(Backend backend, Reach reach, string? error)
    {
        if (!_entries.TryGetValue(backend, out var entry)) return;

        // The common case, on the request path: nothing new.
        var known = entry.Health;
        if (known.Reach == reach && known.Error == error) return;
        lock (entry)
        {
            known = entry.Health;
            if (known.Reach == reach && known.Error == error) return;

            // "Down since" is when it went down, not when the wording of the error last changed.
            entry.Health = new BackendHealth(reach, known.Reach == reach ? known.Since : time.GetUtcNow(), error);
        }

        if (known.Reach != reach) Changed?.Invoke(backend);
    }

    private sealed class Entry
    {
        private volatile BackendHealth _health = BackendHealth.Unknown;

        public BackendHealth Health
        {
            get => _health;
            set => _health = value;
        }

        public int Routes { get; set; }

        public int Leases { get; set; }
    }
}
