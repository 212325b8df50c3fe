using Microsoft.Data.Sqlite;
using Signalbox.Model;
using Signalbox.Model.Wire;

namespace Signalbox.Store.Sqlite;

/// <summary>
/// The claims, the journal and the other rooms' records of one home in an SQLite database with a write-ahead log. One connection writes, another reads history beside it;
/// both work off the caller's thread, commits in the order they were given.
/// </summary>
internal sealed class SqliteClaimStore : IClaimStore, IRecordStore
{
    private readonly string _file;
    private readonly StoreWriter _writer;
    private readonly SerialQueue _writes = new();
    private readonly SerialQueue _reads = new();
    private readonly RecordCommits _records;
    private SqliteConnection? _reader;
    private StoredState? _opened;
    private int _disposed;

    /// <summary>Takes the writer over.</summary>
    internal SqliteClaimStore(string file, StoreWriter writer, StoredState opened)
    {
        _file = file;
        _writer = writer;
        _opened = opened;
        _records = new RecordCommits(_writes, changes => Write(() => _writer.Write(changes)));
    }

    /// <summary>What is to be said loudly about this store: a damaged database that was moved aside, claims that could not be read.</summary>
    public IReadOnlyList<Problem> Notices { get; private init; } = [];

    /// <summary>
    /// Opens the home's database, making it and the home where they are missing. Problems: <see cref="ProblemType.HomeUnusable"/>,
    /// <see cref="ProblemType.StoreNewer"/>, <see cref="ProblemType.StoreFull"/>, and <see cref="ProblemType.StoreDamaged"/> for another program's
    /// database. A damaged one of ours is moved aside and a new one begun; <see cref="Notices"/> tells it. The caller holds the home's lock.
    /// </summary>
    public static Outcome<SqliteClaimStore> Open(HomeLayout home, TimeProvider time)
    {
        var notices = new List<Problem>();
        var opening = StoreOpening.Open(home, time, notices);
        if (!opening.Succeeded) return Outcome<SqliteClaimStore>.Failed(opening.Problems);
        return new SqliteClaimStore(home.Database, opening.Value.Writer, opening.Value.State) { Notices = notices };
    }

    /// <summary>The state read while opening is handed over once, so that it is not held beside the caller's; later calls read anew.</summary>
    public StoredState Load()
    {
        ObjectDisposedException.ThrowIf(_disposed != 0, this);
        if (Interlocked.Exchange(ref _opened, null) is { } opened) return opened;
        using var connection = StoreConnection.Open(_file);
        return StoreReader.State(connection, static (_, _) => { });
    }

    public async ValueTask<Problem?> CommitAsync(StoreBatch batch, CancellationToken cancellation)
    {
        ObjectDisposedException.ThrowIf(_disposed != 0, this);
        _opened = null;
        return await _writes.RunAsync(() => Write(() => _writer.Write(batch)), cancellation).ConfigureAwait(false);
    }

    public IReadOnlyList<StoredRecord> Load(string kind)
    {
        ObjectDisposedException.ThrowIf(_disposed != 0, this);
        using var connection = StoreConnection.Open(_file);
        return RecordTable.Load(connection, kind);
    }

    public void Read(string kind, RecordReader reader)
    {
        ObjectDisposedException.ThrowIf(_disposed != 0, this);
        using var connection = StoreConnection.Open(_file);
        RecordTable.Read(connection, kind, reader);
    }

    public StoredRecord? Find(string kind, string key)
    {
        ObjectDisposedException.ThrowIf(_disposed != 0, this);
        using var connection = StoreConnection.Open(_file);
        return RecordTable.Find(connection, kind, key);
    }

    public async ValueTask<Problem?> CommitAsync(IReadOnlyList<RecordChange> changes, CancellationToken cancellation)
    {
        ObjectDisposedException.ThrowIf(_disposed != 0, this);
        cancellation.ThrowIfCancellationRequested();
        return await _records.AddAsync(changes).ConfigureAwait(false);
    }

    public async ValueTask<IReadOnlyList<HistoryEntry>> HistoryAsync(int limit, string? owner, CancellationToken cancellation)
    {
        ObjectDisposedException.ThrowIf(_disposed != 0, this);
        var count = Math.Clamp(limit, 1, StoreWriter.JournalLines);
        return await _reads.RunAsync(() => StoreReader.History(_reader ??= StoreConnection.Open(_file), count, owner), cancellation).ConfigureAwait(false);
    }

    /// <summary>Waits for what was given before, then closes; the last connection to close takes the log into the database.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0) return;
        await _reads.RunAsync(() => Close(_reader), CancellationToken.None).ConfigureAwait(false);
        await _writes.RunAsync(() => Close(_writer), CancellationToken.None).ConfigureAwait(false);
    }

    private Problem? Write(Action write)
    {
        try
        {
            write();
            return null;
        }
        catch (SqliteException error)
        {
            return StoreErrors.Translate(error, _file);
        }
    }

    private static bool Close(IDisposable? connection)
    {
        connection?.Dispose();
        return true;
    }
}
