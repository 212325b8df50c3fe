using Signalbox.Benchmarks.Contestants;

namespace Signalbox.Benchmarks.Load;

/// <summary>A reading of memory that has come to rest.</summary>
internal static class Settled
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(250);

    /// <summary>Two readings this near, as a share, are equal: a program at rest still writes a page now and then.</summary>
    private const double Alike = 0.002;

    /// <summary>Readings until a program that never comes to rest is taken as it is.</summary>
    private const int Most = 40;

    /// <summary>
    /// The reading once three in a row are alike. Nothing is collected for it: a router's memory is what it takes from the machine, garbage included, and
    /// nobody collects it for the sake of a reading in real life either.
    /// </summary>
    /// <param name="contestant">Whose memory.</param>
    /// <param name="read">Bytes of these processes.</param>
    public static async Task<long> MemoryAsync(Contestant contestant, Func<IEnumerable<int>, long> read)
    {
        var (last, alike) = (read(contestant.Processes), 0);
        for (var i = 0; i < Most && alike < 2; i++)
        {
            await Task.Delay(Pause);
            var now = read(contestant.Processes);
            alike = Math.Abs(now - last) <= Alike * last ? alike + 1 : 0;
            last = now;
        }

        return last;
    }
}
