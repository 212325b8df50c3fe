using System.Collections.Concurrent;
using Signalbox.Model;

namespace Signalbox.Certificates.Book;

/// <summary>
/// The certificates that others signed: exact name, then a wildcard of exactly one label, then none. A name in the index costs a place in a table until it is
/// first asked for; its file is read then, off the asker's thread, and stays in memory. Replacing one touches no open connection: those have theirs.
/// </summary>
internal sealed class PublicBook(CertificateShelf shelf) : ICertificateBook
{
    /// <summary>Stands for every name nobody has asked for yet.</summary>
    private static readonly Entry Unasked = new("", null);

    private readonly ConcurrentDictionary<string, Entry> _entries = new(StringComparer.Ordinal);

    /// <summary>Told, from the thread that read it, of a name whose file could not be used; the name has left the book by then.</summary>
    public Action<string, Problem>? Damaged { get; set; }

    /// <summary>Told, likewise, of a file that cannot be read at present; the name stays in the book.</summary>
    public Action<Problem>? Unreadable { get; set; }

    public bool Covers(string host) => _entries.ContainsKey(host) || (HostName.WildcardOf(host) is { } wildcard && _entries.ContainsKey(wildcard));

    /// <inheritdoc/>
    /// <remarks>One that has ended is shown all the same: clients then say that it has, which is the truth, and not that there is none.</remarks>
    public ValueTask<ServerCertificate?> FindAsync(string host, bool keep)
    {
        if (Find(host) is not { } entry) return default;
        return entry.Loaded is { } loaded ? new(loaded.Server) : new(LoadAsync(entry));
    }

    /// <summary>A name of the index, whose file is read when it is first asked for.</summary>
    public void Put(string name) => _entries[name] = Unasked;

    /// <summary>A certificate that has just come, shown from the next handshake on.</summary>
    public void Put(string name, HeldCertificate certificate) => _entries[name] = new Entry(name, certificate);

    /// <summary>The name is shown no certificate any more.</summary>
    public void Remove(string name) => _entries.TryRemove(name, out _);

    private Entry? Find(string host) => At(host) ?? (HostName.WildcardOf(host) is { } wildcard ? At(wildcard) : null);

    private Entry? At(string name)
    {
        while (_entries.TryGetValue(name, out var entry))
        {
            if (entry != Unasked) return entry;
            var asked = new Entry(name, null);
            // Another may have asked for it, or a new certificate have come, since it was found.
            if (_entries.TryUpdate(name, asked, Unasked)) return asked;
        }

        return null;
    }

    private async Task<ServerCertificate?> LoadAsync(Entry entry)
    {
        // Whoever asks first reads; all who ask meanwhile share what was read.
        var reading = entry.Reading ?? Interlocked.CompareExchange(ref entry.Reading, new Lazy<Task<HeldCertificate?>>(() => Task.Run(() => Read(entry))), null) ?? entry.Reading!;
        return (await reading.Value.ConfigureAwait(false))?.Server;
    }

    private HeldCertificate? Read(Entry entry)
    {
        var read = shelf.Read(entry.Name);
        if (read.Succeeded)
        {
            entry.Loaded = read.Value;
            return read.Value;
        }

        if (read.Problem.Type != ProblemType.StoreDamaged)
        {
            // It cannot be read now: the next who asks looks anew.
            Unreadable?.Invoke(read.Problem);
            entry.Reading = null;
            return null;
        }

        // Only this very entry: one that has been replaced meanwhile is sound.
        if (_entries.TryRemove(new(entry.Name, entry))) Damaged?.Invoke(entry.Name, read.Problem);
        return null;
    }

    private sealed class Entry(string name, HeldCertificate? loaded)
    {
        /// <summary>The one reading of the file; null before the first asker.</summary>
        public Lazy<Task<HeldCertificate?>>? Reading;

        private volatile HeldCertificate? _loaded = loaded;

        public string Name => name;

        public HeldCertificate? Loaded
        {
            get => _loaded;
            set => _loaded = value;
        }
    }
}
