using Microsoft.Extensions.Logging;
using Signalbox.Model;

namespace Signalbox.Certificates.Own;

/// <summary>
/// Keeps the book at what lies in the files of the config. They are watched; what changes is looked at once it is quiet, and shown from the next handshake on. What
/// cannot be used leaves the last good one in its place.
/// </summary>
internal sealed class OwnPairs(OwnBook book, CertificateExam exam, OwnStore store, TimeProvider time, ILogger logger) : IAsyncDisposable
{
    /// <summary>A look without an event: file systems over a network send none, and a link's far end may change where nobody watches. Costs two small files each.</summary>
    private static readonly TimeSpan Poll = TimeSpan.FromSeconds(10);

    /// <summary>So long must nothing happen before the files are read: tools write in several steps, milliseconds apart.</summary>
    private static readonly TimeSpan Quiet = TimeSpan.FromMilliseconds(50);

    /// <summary>Steps that never end are not waited for longer than this many times <see cref="Quiet"/>.</summary>
    private const int MaxQuietRounds = 20;

    private readonly Lock _lock = new();
    private readonly DirectoryWatch _watch = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly Dictionary<(string, string), OwnPair> _pairs = [];
    private Items<OwnFiles> _files;
    private Task _running = Task.CompletedTask;

    /// <summary>What stands in the way of the files being used at present.</summary>
    public IEnumerable<Problem> Problems => book.Files.Select(entry => entry.Refusal).OfType<Problem>().Distinct();

    /// <summary>These are the hosts and files from now on, and in the book when this returns. Reads what is new.</summary>
    public void Set(Items<OwnFiles> files)
    {
        lock (_lock)
        {
            if (files == _files) return;
            _files = files;
            foreach (var gone in _pairs.Keys.Except(files.Select(PairOf)).ToList()) _pairs.Remove(gone);
            foreach (var file in files) _pairs.TryAdd(PairOf(file), new OwnPair(file, exam, time));

            // Each takes a few milliseconds, and at a start everybody waits for all of them.
            _pairs.Values.AsParallel().ForAll(pair => pair.Look());
            Publish();
        }

        _watch.Wake();
    }

    /// <summary>Begins to watch.</summary>
    public void Start() => _running = Task.Run(() => RunAsync(_stop.Token));

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _watch.Dispose();
        _stop.Dispose();
    }

    private async Task RunAsync(CancellationToken stop)
    {
        Items<OwnFiles>? kept = null;
        while (true)
        {
            Items<OwnFiles> files;
            lock (_lock) files = _files;
            // Watch first, look then: what changes during the look wakes us again.
            _watch.Arm(files.SelectMany(file => new[] { file.Certificate, file.Key }).Select(path => Path.GetDirectoryName(path)!));
            var isInDoubt = false;
            try
            {
                isInDoubt = Look();
                book.Changed();
                kept ??= [.. store.LoadFiles()];
                if (kept != files && await store.KeepAsync(kept.Value, files) is null) kept = files;
            }
            catch (Exception error)
            {
                // A fault of ours with one content of the files: what is shown stays, and the next change is looked at as ever.
                logger.LogError(error, "The files of own certificates could not be looked at.");
            }

            if (!await _watch.WaitAsync(isInDoubt ? OwnPair.Doubt : Poll, time, stop)) continue;
            for (var round = 0; round < MaxQuietRounds && await _watch.WaitAsync(Quiet, time, stop);) round++;
        }
    }

    /// <summary>True when some pair has to be looked at again soon.</summary>
    private bool Look()
    {
        lock (_lock)
        {
            var changed = false;
            foreach (var pair in _pairs.Values) changed |= pair.Look();
            if (changed) Publish();
            return _pairs.Values.Any(pair => pair.IsInDoubt);
        }
    }

    private void Publish()
    {
        var before = book.Files.ToDictionary(entry => entry.Name, StringComparer.Ordinal);
        var entries = _files.Select(files => Entry(files, before.GetValueOrDefault(files.Host))).ToList();
        foreach (var entry in entries) Log(entry, before.GetValueOrDefault(entry.Name));
        book.PutFiles(entries);
    }

    private OwnEntry Entry(OwnFiles files, OwnEntry? before)
    {
        var pair = _pairs[PairOf(files)];
        var refusal = pair.Refusal ?? (pair.Good is { } good ? CertificateExam.Covers(good.Certificate, files.Host, files.Certificate) : null);

        // A pair in use that cannot be used any more leaves the host what it has, also when the config names other files now.
        return new OwnEntry(files.Host, files.Certificate, refusal is null ? pair.Good?.Certificate : before?.Held) { Refusal = refusal, Notice = refusal is null ? pair.Good?.Notice : null };
    }

    private void Log(OwnEntry entry, OwnEntry? before)
    {
        if (entry.Refusal is { } refusal)
        {
            if (refusal != before?.Refusal)
                logger.LogWarning("{Host} {What}: {Problem}", entry.Name, entry.Held is null ? "has no certificate" : "keeps the certificate it has", refusal);
        }
        else if (entry.Held is { } held && held != before?.Held)
        {
            logger.LogInformation("{Host} has its own certificate, {Path}, good until {NotAfter:yyyy-MM-dd HH:mm} UTC.", entry.Name, entry.Place, held.NotAfter.UtcDateTime);
        }
    }

    private static (string, string) PairOf(OwnFiles files) => (files.Certificate, files.Key);
}
