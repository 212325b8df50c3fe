namespace Signalbox.Benchmarks.Measuring;

/// <summary>Looks at the memory of processes again and again while something runs.</summary>
internal sealed class MemoryWatch : IDisposable
{
    /// <summary>Reading it takes tens of microseconds of this program's time and none of theirs.</summary>
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

    private readonly IReadOnlyList<int> _processes;
    private readonly Timer _timer;
    private readonly Lock _gate = new();
    private readonly long _first;
    private long _most;

    public MemoryWatch(IReadOnlyList<int> processes)
    {
        _processes = processes;
        _first = _most = Memory.Anonymous(processes);
        _timer = new Timer(_ => Look(), null, Pause, Pause);
    }

    /// <summary>The most bytes seen since the beginning, and how much that is above the beginning.</summary>
    public (long Most, long Growth) End()
    {
        Look();
        lock (_gate) return (_most, _most - _first);
    }

    public void Dispose() => _timer.Dispose();

    private void Look()
    {
        var now = Memory.Anonymous(_processes);
        lock (_gate) _most = Math.Max(_most, now);
    }
}
