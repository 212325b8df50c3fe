namespace Signalbox.Proxy.Forwarding.Pooling;

/// <summary>How many idle connections one backend has, over all loops: the one thing loops share, and never by a lock.</summary>
internal sealed class IdleCount
{
    /// <summary>Out of the table: whoever still holds it gets a new one there.</summary>
    private const int Gone = -1;

    private int _count;

    public bool IsGone => Volatile.Read(ref _count) == Gone;

    /// <summary>Counts one more.</summary>
    /// <returns>False when there are enough, or this is gone.</returns>
    public bool TryEnter()
    {
        var count = Volatile.Read(ref _count);
        while (count is not Gone and < IBackendPool.MostIdle)
        {
            var seen = Interlocked.CompareExchange(ref _count, count + 1, count);
            if (seen == count) return true;
            count = seen;
        }

        return false;
    }

    public void Leave() => Interlocked.Decrement(ref _count);

    /// <summary>Ends it when it counts nothing; it never counts again, so none can be counted twice.</summary>
    public bool TryEnd() => Interlocked.CompareExchange(ref _count, Gone, 0) is 0 or Gone;
}
