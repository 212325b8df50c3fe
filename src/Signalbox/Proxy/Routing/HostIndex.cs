using System.Collections.Concurrent;
using System.Runtime.InteropServices;
using Signalbox.Model;

namespace Signalbox.Proxy.Routing;

/// <summary>
/// Host and path to route: the exact host first, then <c>*.</c> one level up; within a host the longest prefix at a segment boundary. A host whose
/// prefixes do not match falls through to the wildcard. The work does not grow with the number of routes, and a look-up allocates nothing.
/// One writer; any number of readers, who never wait.
/// </summary>
internal sealed class HostIndex
{
    /// <summary>
    /// A table is copied when it grows. Split in 256, that stops the one writer for a table of 4,000 entries (well under 1 ms) rather than one of a million.
    /// </summary>
    private const int Shards = 256;

    private readonly Table _exact = new();

    /// <summary>By what follows <c>*.</c>.</summary>
    private readonly Table _wildcards = new();

    private int _count;

    /// <summary>Number of routes.</summary>
    public int Count => Volatile.Read(ref _count);

    /// <param name="host">As in a Host field, or a wildcard's own name.</param>
    /// <param name="path">Percent-decoded and without dot segments.</param>
    public Route? Match(ReadOnlySpan<char> host, ReadOnlySpan<char> path)
    {
        var name = RequestHost.Name(host);
        if (MatchPath(_exact.Find(name), path) is { } exact) return exact;
        var dot = name.IndexOf('.');
        return dot > 0 ? MatchPath(_wildcards.Find(name[(dot + 1)..]), path) : null;
    }

    /// <summary>True when any path of the host is routed.</summary>
    public bool Knows(ReadOnlySpan<char> host)
    {
        var name = RequestHost.Name(host);
        if (_exact.Find(name) is not null) return true;
        var dot = name.IndexOf('.');
        return dot > 0 && _wildcards.Find(name[(dot + 1)..]) is not null;
    }

    /// <summary>True when the host has a route of its own, whatever wildcards there are.</summary>
    public bool HasOwn(ReadOnlySpan<char> host) => _exact.Find(RequestHost.Name(host)) is not null;

    /// <summary>Takes over a change. Each host's entry is swapped once, with all of its changes.</summary>
    public void Apply(EdgeChange change)
    {
        var several = Several(change);
        var gathered = new Dictionary<string, (List<Route> Set, List<string> Removed)>(StringComparer.Ordinal);
        foreach (var route in change.Set)
        {
            if (several.Contains(route.Key.Host)) Of(route.Key.Host).Set.Add(route);
            else Change(route.Key.Host, [route], []);
        }

        foreach (var key in change.Removed)
        {
            if (several.Contains(key.Host)) Of(key.Host).Removed.Add(key.Path);
            else Change(key.Host, [], [key.Path]);
        }

        foreach (var (host, (set, removed)) in gathered) Change(host, CollectionsMarshal.AsSpan(set), CollectionsMarshal.AsSpan(removed));

        (List<Route> Set, List<string> Removed) Of(string host)
        {
            if (!gathered.TryGetValue(host, out var lists)) gathered[host] = lists = ([], []);
            return lists;
        }
    }

    /// <summary>The hosts with more than one entry in a change. Few, even where a million routes come at once, so only these are gathered first.</summary>
    private static HashSet<string> Several(EdgeChange change)
    {
        var several = new HashSet<string>(StringComparer.Ordinal);
        if (change.Set.Count + change.Removed.Count == 1) return several;
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var route in change.Set)
        {
            if (!seen.Add(route.Key.Host)) several.Add(route.Key.Host);
        }

        foreach (var key in change.Removed)
        {
            if (!seen.Add(key.Host)) several.Add(key.Host);
        }

        return several;
    }

    /// <summary>Every route, in no particular order.</summary>
    public IEnumerable<Route> Routes() => _exact.Entries.Concat(_wildcards.Entries).SelectMany(RoutesOf);

    private void Change(string host, ReadOnlySpan<Route> set, ReadOnlySpan<string> removed)
    {
        var wildcard = host.StartsWith("*.", StringComparison.Ordinal);
        var (table, name) = wildcard ? (_wildcards, host[2..]) : (_exact, host);
        var before = table.Find(name);
        var routes = RoutesOf(before).ToDictionary(route => route.Key.Path, StringComparer.Ordinal);
        var count = routes.Count;
        foreach (var path in removed) routes.Remove(path);
        foreach (var route in set) routes[route.Key.Path] = route;
        table.Set(name, Entry(routes));
        Volatile.Write(ref _count, _count + routes.Count - count);
    }

    /// <summary>
    /// Nearly every host has one route; that route is then the entry itself, which saves an object and an array for each of a million hosts.
    /// </summary>
    private static object? Entry(Dictionary<string, Route> routes)
    {
        if (routes.Count == 0) return null;
        var first = routes.Values.First();
        return routes.Count == 1 && HostRoutes.IsPlain(first.Key.Path) ? first : new HostRoutes(routes.Values);
    }

    private static IEnumerable<Route> RoutesOf(object? entry) => entry switch { Route route => [route], HostRoutes routes => routes.Routes, _ => [] };

    private static Route? MatchPath(object? entry, ReadOnlySpan<char> path) => entry switch
    {
        Route route => RoutePath.Matches(route.Key.Path, path) ? route : null,
        HostRoutes routes => routes.Match(path),
        _ => null,
    };

    /// <summary>Name to entry (a <see cref="Route"/> or a <see cref="HostRoutes"/>), ignoring ASCII case.</summary>
    private sealed class Table
    {
        private readonly ConcurrentDictionary<string, object>[] _shards = new ConcurrentDictionary<string, object>[Shards];

        private readonly ConcurrentDictionary<string, object>.AlternateLookup<ReadOnlySpan<char>>[] _lookups =
            new ConcurrentDictionary<string, object>.AlternateLookup<ReadOnlySpan<char>>[Shards];

        public Table()
        {
            for (var shard = 0; shard < Shards; shard++)
            {
                // One writer, so one lock a shard; seven buckets to start with, for most routers carry a few hundred names.
                _shards[shard] = new(concurrencyLevel: 1, capacity: 7, StringComparer.OrdinalIgnoreCase);
                _lookups[shard] = _shards[shard].GetAlternateLookup<ReadOnlySpan<char>>();
            }
        }

        public IEnumerable<object> Entries => _shards.SelectMany(shard => shard.Select(pair => pair.Value));

        public object? Find(ReadOnlySpan<char> name) => _lookups[ShardOf(name)].TryGetValue(name, out var entry) ? entry : null;

        public void Set(string name, object? entry)
        {
            var shard = _shards[ShardOf(name)];
            if (entry is null) shard.TryRemove(name, out _);
            else shard[name] = entry;
        }

        /// <summary>FNV-1a over the characters with ASCII case folded. Cheap, and independent of the table's own hash.</summary>
        private static int ShardOf(ReadOnlySpan<char> name)
        {
            var hash = 2166136261;
            foreach (var c in name) hash = (hash ^ (uint)(c | 0x20)) * 16777619;
            return (int)((hash ^ (hash >> 16)) & (Shards - 1));
        }
    }
}
