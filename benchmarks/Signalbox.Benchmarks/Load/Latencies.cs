using System.Diagnostics;

namespace Signalbox.Benchmarks.Load;

/// <summary>Times as they were measured, all of them kept: a run has tens of thousands at most, and percentiles are then exact.</summary>
internal sealed class Latencies
{
    private readonly Lock _gate = new();
    private readonly List<long> _ticks = [];

    public int Count
    {
        get { lock (_gate) return _ticks.Count; }
    }

    public double P50 => Percentile(0.50);

    public double P99 => Percentile(0.99);

    public double Worst => Percentile(1);

    /// <param name="ticks">Of <see cref="Stopwatch"/>.</param>
    public void Add(long ticks)
    {
        lock (_gate) _ticks.Add(ticks);
    }

    public void AddSince(long began) => Add(Stopwatch.GetTimestamp() - began);

    /// <summary>Milliseconds which this share of the times does not exceed; NaN when there is none.</summary>
    public double Percentile(double share)
    {
        lock (_gate)
        {
            if (_ticks.Count == 0) return double.NaN;
            var sorted = _ticks.Order().ToArray();
            // The nearest rank: with fewer than a hundred times, p99 is the worst of them and not less.
            var rank = Math.Max(1, (int)Math.Ceiling(share * sorted.Length));
            return sorted[rank - 1] * 1000.0 / Stopwatch.Frequency;
        }
    }
}
