using Signalbox.Model;

namespace Signalbox.Store.Sqlite;

/// <summary>
/// Commits of records that come while another is being flushed, gathered into the next transaction: a flush takes as long for fifty as for one, and hundreds of
/// orders that write down each of their steps would otherwise wait for one another. What is gathered is kept whole or not at all; where it could not be kept, each commit is
/// tried by itself, so that none fails for another's fault.
/// </summary>
/// <param name="queue">The order of all writing to the database.</param>
/// <param name="write">Writes changes in one transaction.</param>
internal sealed class RecordCommits(SerialQueue queue, Func<IReadOnlyList<RecordChange>, Problem?> write)
{
    private readonly Lock _lock = new();
    private List<Commit> _gathered = [];

    /// <summary>Completes once the changes are on the disk, or with the problem why they are not. Commits are written in the order in which they were given.</summary>
    public Task<Problem?> AddAsync(IReadOnlyList<RecordChange> changes)
    {
        var commit = new Commit(changes, new TaskCompletionSource<Problem?>(TaskCreationOptions.RunContinuationsAsynchronously));
        bool isFirst;
        lock (_lock)
        {
            _gathered.Add(commit);
            isFirst = _gathered.Count == 1;
        }

        // The first of a batch queues its writing; who comes before that has begun is in it.
        if (isFirst) _ = queue.RunAsync(WriteGathered, CancellationToken.None);
        return commit.Done.Task;
    }

    private bool WriteGathered()
    {
        List<Commit> batch;
        lock (_lock) (batch, _gathered) = (_gathered, []);
        if (batch.Count == 1 || !TryTogether(batch))
        {
            foreach (var commit in batch) End(commit);
        }

        return true;
    }

    private bool TryTogether(List<Commit> batch)
    {
        try
        {
            if (write([.. batch.SelectMany(commit => commit.Changes)]) is not null) return false;
        }
        catch (Exception)
        {
            // Whose fault it is shows when each is tried by itself.
            return false;
        }

        foreach (var commit in batch) commit.Done.SetResult(null);
        return true;
    }

    private void End(Commit commit)
    {
        try
        {
            commit.Done.SetResult(write(commit.Changes));
        }
        catch (Exception error)
        {
            commit.Done.SetException(error);
        }
    }

    private sealed record Commit(IReadOnlyList<RecordChange> Changes, TaskCompletionSource<Problem?> Done);
}
