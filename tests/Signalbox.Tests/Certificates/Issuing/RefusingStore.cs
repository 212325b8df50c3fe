using Signalbox.Model;
using Signalbox.Store;

namespace Signalbox.Tests.Certificates.Issuing;

/// <summary>A store that refuses what a test says, as one on a full disk does.</summary>
internal sealed class RefusingStore(IRecordStore store) : IRecordStore
{
    public Func<RecordChange, bool> Refuses { get; set; } = _ => false;

    public IReadOnlyList<StoredRecord> Load(string kind) => store.Load(kind);

    public StoredRecord? Find(string kind, string key) => store.Find(kind, key);

    public ValueTask<Problem?> CommitAsync(IReadOnlyList<RecordChange> changes, CancellationToken cancellation) => changes.Any(Refuses)
        ? new(new Problem(ProblemType.StoreFull, ProblemSide.System, "store", "The disk is full.", Retry: true))
        : store.CommitAsync(changes, cancellation);
}
