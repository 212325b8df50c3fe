using System.Collections.Concurrent;

namespace Signalbox.Certificates.LocalAuthority;

/// <summary>
/// Leaves in memory, the least recently asked for leaving first when there are too many. What leaves is not disposed: a handshake may be using it.
/// A look-up takes no lock, as handshakes on every event loop come by here; only changes wait for each other.
/// </summary>
internal sealed class LeafCache(int capacity)
{
    private readonly ConcurrentDictionary<string, Entry> _entries = new(StringComparer.Ordinal);
    private readonly Lock _changing = new();

    /// <summary>Twice the number put in so far; one more stands for asked for after the last of them. What is asked for between two puts counts as together.</summary>
    private long _turn;

    public Leaf? Find(string host)
    {
        if (!_entries.TryGetValue(host, out var entry)) return null;
        entry.Asked(Volatile.Read(ref _turn) + 1);
        return entry.Leaf;
    }

    public void Put(Leaf leaf)
    {
        lock (_changing)
        {
            _entries[leaf.Host] = new Entry(leaf, Interlocked.Add(ref _turn, 2));
            // Looking through all of them takes about as long as signing the one that came in, and only happens where more names are open than fit.
            if (_entries.Count > capacity) _entries.TryRemove(_entries.MinBy(pair => pair.Value.Turn).Key, out _);
        }
    }

    public void Remove(string host)
    {
        lock (_changing) _entries.TryRemove(host, out _);
    }

    public IReadOnlyList<Leaf> All() => [.. _entries.Values.Select(entry => entry.Leaf)];

    private sealed class Entry(Leaf leaf, long turn)
    {
        private long _turn = turn;

        public Leaf Leaf => leaf;

        public long Turn => Volatile.Read(ref _turn);

        /// <summary>Written only when it changes: a name everybody asks for is then no line of memory that cores take from each other.</summary>
        public void Asked(long now)
        {
            if (Turn != now) Volatile.Write(ref _turn, now);
        }
    }
}
