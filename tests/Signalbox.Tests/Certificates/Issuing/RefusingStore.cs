using Microsoft.Data.Sqlite;
using Signalbox.Model;
using Signalbox.Store;

namespace Signalbox.Tests.Certificates.Issuing;

/// <summary>A store that refuses what a test says, as one on a full disk does.</summary>
internal sealed class RefusingStore(IRecordStore store) : IRecordStore
{
    public Func<RecordChange, bool> Refuses { get; set; } = _ => false;

    /// <summary>The kinds that cannot be read.</summary>
    public Func<string, bool> Fails { get; set; } = _ => false;

    public IReadOnlyList<StoredRecord> Load(string kind) => Fails(kind) ? throw Unreadable() : store.Load(kind);

    public StoredRecord? Find(string kind, string key) => Fails(kind) ? throw Unreadable() : store.Find(kind, key);

    public ValueTask<Problem?> CommitAsync(IReadOnlyList<RecordChange> changes, CancellationToken cancellation) => changes.Any(Refuses)
        ? new(new Problem(ProblemType.StoreFull, ProblemSide.System, "store", "The disk is full.", Retry: true))
        : store.CommitAsync(changes, cancellation);

    /// <summary>As when there is no descriptor left to open the database with (SQLITE_CANTOPEN).</summary>
    private static SqliteException Unreadable() => new("unable to open database file", 14);
}
