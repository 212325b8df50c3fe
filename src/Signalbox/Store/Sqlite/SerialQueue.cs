namespace Signalbox.Store.Sqlite;

/// <summary>
/// Runs work off the caller's thread, one piece at a time, in the order it was given. SQLite's calls are synchronous and one connection
/// serves one thread at a time; this keeps both facts away from whoever asks.
/// </summary>
internal sealed class SerialQueue
{
    // The exclusive side of the pair takes tasks from a first-in, first-out queue and never runs two at once, which is the order of commits.
    private readonly TaskFactory _factory = new(
        CancellationToken.None,
        TaskCreationOptions.DenyChildAttach,
        TaskContinuationOptions.None,
        new ConcurrentExclusiveSchedulerPair().ExclusiveScheduler);

    /// <summary>The token counts until the work begins; then the work runs to its end. A cancelled task has therefore done nothing.</summary>
    public Task<T> RunAsync<T>(Func<T> work, CancellationToken cancellation) => _factory.StartNew(work, cancellation);
}
