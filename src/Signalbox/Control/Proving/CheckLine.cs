using Signalbox.Model;

namespace Signalbox.Control.Proving;

/// <summary>
/// Backends in the order of their next look: first those to be looked at once (new, or just found down by a request), then the others by time. So a
/// new one is not behind a backlog of repeated looks. Used by the monitor's loop; only <see cref="Ended"/> comes from elsewhere.
/// </summary>
/// <param name="mostAtOnce">Checks under way at once.</param>
internal sealed class CheckLine(int mostAtOnce)
{
    private readonly PriorityQueue<Backend, (bool Later, long Due)> _line = new();
    private int _underWay;

    /// <summary>The timestamp of the next one due, long past where one is to be looked at once; <see cref="long.MaxValue"/> when nobody is in line.</summary>
    public long NextDue => _line.TryPeek(out _, out var next) ? next.Due : long.MaxValue;

    public void Add(Backend backend, long due, bool atOnce) => _line.Enqueue(backend, (!atOnce, due));

    /// <summary>The next one due, where a place is free for it.</summary>
    public bool TryTake(long now, out Backend backend, out long due)
    {
        due = 0;
        backend = null!;
        if (Volatile.Read(ref _underWay) >= mostAtOnce || !_line.TryPeek(out _, out var next) || next.Due > now) return false;
        backend = _line.Dequeue();
        due = next.Due;
        return true;
    }

    public void Began() => Interlocked.Increment(ref _underWay);

    public void Ended() => Interlocked.Decrement(ref _underWay);
}
