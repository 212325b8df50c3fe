using Signalbox.Model;
using Signalbox.Model.Wire;
using Signalbox.Store;

namespace Signalbox.Tests.Control;

/// <summary>A store that forgets nothing while it lives, and can be told to refuse.</summary>
internal sealed class MemoryStore : IClaimStore
{
    private readonly Dictionary<Owner, Claim> _claims = [];

    public List<HistoryEntry> Journal { get; } = [];

    public long Revision { get; private set; }

    /// <summary>Every transaction, in order.</summary>
    public List<StoreBatch> Batches { get; } = [];

    public int Commits => Batches.Count;

    /// <summary>What the next commits are refused with; null lets them through.</summary>
    public Problem? Refusal { get; set; }

    public StoredState Load() => new(Revision, "test", [.. _claims.Values]);

    /// <summary>When set, commits throw it, as no store should.</summary>
    public Exception? Fault { get; set; }

    /// <summary>When set, commits wait for it.</summary>
    public Func<StoreBatch, Task> Hold { get; set; } = _ => Task.CompletedTask;

    public async ValueTask<Problem?> CommitAsync(StoreBatch batch, CancellationToken cancellation)
    {
        await Hold(batch);
        if (Fault is not null) throw Fault;
        if (Refusal is not null) return Refusal;
        Batches.Add(batch);
        foreach (var owner in batch.Removed) _claims.Remove(owner);
        foreach (var claim in batch.Put) _claims[claim.Owner] = claim;
        Revision = batch.Revision;
        Journal.AddRange(batch.Journal);
        return null;
    }

    /// <summary>When set, the journal cannot be read.</summary>
    public Exception? HistoryFault { get; set; }

    public ValueTask<IReadOnlyList<HistoryEntry>> HistoryAsync(int limit, string? owner, CancellationToken cancellation) => HistoryFault is not null ? throw HistoryFault :
        ValueTask.FromResult<IReadOnlyList<HistoryEntry>>([.. Enumerable.Reverse(Journal).Where(entry => owner is null || entry.Owner == owner).Take(limit)]);

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
