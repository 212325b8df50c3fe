using System.Globalization;
using Signalbox.Benchmarks.Frame;

namespace Signalbox.Benchmarks.Load.FullSpeed;

/// <summary>The line that wrk's script writes: <c>figures</c>, requests, microseconds, octets, errors, p50 and p99 in microseconds.</summary>
internal static class WrkFigures
{
    public const string Mark = "figures ";

    public static LoadResult Parse(string line)
    {
        var figures = line.Split(' ').Skip(1).Select(part => long.Parse(part, CultureInfo.InvariantCulture)).ToArray();
        var (requests, took, bytes, failed) = (figures[0], TimeSpan.FromMicroseconds(figures[1]), figures[2], figures[3]);
        return new LoadResult(requests - failed, failed, took, TimeSpan.FromMicroseconds(figures[4]), TimeSpan.FromMicroseconds(figures[5]), bytes);
    }
}
