using Signalbox.Model;
using Signalbox.Model.Wire;

namespace Signalbox.Store;

/// <summary>
/// Durable state: the claims that stand, and a bounded journal of how they came about. Written by one writer, in order of revisions; a commit is
/// whole or not at all, also when the process is killed in its middle.
/// </summary>
internal interface IClaimStore : IAsyncDisposable
{
    /// <summary>Everything a daemon needs to serve at once after a restart.</summary>
    StoredState Load();

    /// <summary>Records a batch in one transaction. Problems: <see cref="ProblemType.StoreFull"/>, <see cref="ProblemType.StoreDamaged"/>; then nothing of the batch is kept.</summary>
    ValueTask<Problem?> CommitAsync(StoreBatch batch, CancellationToken cancellation);

    /// <summary>The newest entries of the journal, newest first.</summary>
    /// <param name="limit">1 to 10,000.</param>
    /// <param name="owner">Only this owner's (its <c>source/key</c>), or null.</param>
    /// <param name="cancellation">Stops the query.</param>
    ValueTask<IReadOnlyList<HistoryEntry>> HistoryAsync(int limit, string? owner, CancellationToken cancellation);
}

/// <summary>What a store holds.</summary>
/// <param name="Revision">The last revision committed; 0 for a new store.</param>
/// <param name="Pseudonym">This home's random name in <c>Via</c>, drawn once when the store is made.</param>
/// <param name="Claims">All claims, in no particular order.</param>
internal sealed record StoredState(long Revision, string Pseudonym, IReadOnlyList<Claim> Claims);

/// <summary>One transaction: claims put and owners removed, and the lines of the journal that tell it.</summary>
internal sealed record StoreBatch(long Revision, IReadOnlyList<Claim> Put, IReadOnlyList<Owner> Removed, IReadOnlyList<HistoryEntry> Journal);
