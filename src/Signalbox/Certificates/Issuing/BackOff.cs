namespace Signalbox.Certificates.Issuing;

/// <summary>How long to wait after the nth failure in a row: soon at first, as most reasons pass or are mended within minutes, then ever less often.</summary>
internal static class BackOff
{
    /// <summary>Of the wait itself, drawn anew each time: names that failed together do not come back together.</summary>
    private const double Jitter = 0.1;

    /// <summary>
    /// Minutes. Quick while somebody is likely to be mending the reason; the last for good: a name that will not come right is still tried four times a
    /// day. What a CA allows of failures is the ledger's to keep.
    /// </summary>
    private static readonly int[] Minutes = [1, 2, 2, 5, 10, 10, 20, 20, 20, 30, 30, 60, 60, 120, 180, 360];

    /// <param name="failures">Failures in a row, this one included; at least 1.</param>
    /// <param name="draw">0 to 1.</param>
    public static TimeSpan After(int failures, double draw)
    {
        var wait = TimeSpan.FromMinutes(Minutes[Math.Clamp(failures, 1, Minutes.Length) - 1]);
        return wait * (1 + (((draw * 2) - 1) * Jitter));
    }
}
