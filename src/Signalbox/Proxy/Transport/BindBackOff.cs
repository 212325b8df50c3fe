namespace Signalbox.Proxy.Transport;

/// <summary>How long to wait before a port is tried again. Quick at first: what holds it for a moment is another daemon's end or a test's socket.</summary>
internal static class BindBackOff
{
    private static readonly TimeSpan First = TimeSpan.FromMilliseconds(250);

    /// <summary>A try costs microseconds; a person who has just stopped the other program would not wait much longer than this without looking.</summary>
    private static readonly TimeSpan Last = TimeSpan.FromSeconds(10);

    /// <summary>Of the wait itself, so that several daemons and addresses do not try at one instant.</summary>
    private const double Jitter = 0.2;

    /// <param name="failures">In a row, at least 1.</param>
    /// <param name="draw">0 to 1.</param>
    public static TimeSpan After(int failures, double draw)
    {
        // 250 ms doubled six times is more than the last.
        var wait = First * (1 << Math.Clamp(failures - 1, 0, 6));
        return (wait < Last ? wait : Last) * (1 + (((draw * 2) - 1) * Jitter));
    }
}
