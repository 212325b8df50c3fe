using System.Diagnostics;
using Signalbox.Benchmarks.Load;
using Signalbox.Benchmarks.Load.FullSpeed;

namespace Signalbox.Tests.Benchmarks;

/// <summary>What the load clients say, as the bench reads it, and what it makes of many values.</summary>
public sealed class FiguresTests
{
    /// <summary>The end of what h2load 1.52 prints.</summary>
    private const string H2LoadText = """
        TLS Protocol: TLSv1.3
        Application protocol: h2
        finished in 2.00s, 15712.00 req/s, 1.05MB/s
        requests: 31424 total, 31584 started, 31424 done, 31420 succeeded, 4 failed, 0 errored, 0 timeout
        status codes: 31420 2xx, 0 3xx, 4 4xx, 0 5xx
        """;

    [Fact]
    public void Wrk_Figures_AreReadWithoutTheFailed()
    {
        var result = WrkFigures.Parse("figures 1000 2000000 4096 3 250 1500");
        (result.Done, result.Failed, result.Bytes).ShouldBe((997, 3, 4096));
        (result.Took, result.Median, result.Tail).ShouldBe((TimeSpan.FromSeconds(2), TimeSpan.FromMicroseconds(250), TimeSpan.FromMicroseconds(1500)));
    }

    [Fact]
    public void H2Load_SummaryAndLog_AreRead()
    {
        // Start, status, microseconds; the slow one was no success.
        var log = Enumerable.Range(1, 200).Select(i => $"1700000000\t200\t{i}").Append("1700000000\t404\t999999");
        var result = H2LoadFigures.Parse(H2LoadText, log, TimeSpan.FromSeconds(2));
        (result.Done, result.Failed, result.Took).ShouldBe((31_420, 4, TimeSpan.FromSeconds(2)));
        (result.Median, result.Tail).ShouldBe((TimeSpan.FromMicroseconds(100), TimeSpan.FromMicroseconds(198)));
    }

    [Fact]
    public void H2Load_OtherProtocol_IsAnError() =>
        Should.Throw<InvalidOperationException>(() => H2LoadFigures.Parse(H2LoadText.Replace("h2\n", "http/1.1\n", StringComparison.Ordinal), [], TimeSpan.FromSeconds(2)));

    [Fact]
    public void H2Load_NothingAnswered_HasNoLatencies() => H2LoadFigures.Parse(H2LoadText, [], TimeSpan.FromSeconds(2)).Tail.ShouldBeNull();

    [Theory]
    [InlineData(1, 1, 1)]
    [InlineData(10, 5, 10)]
    [InlineData(100, 50, 99)]
    [InlineData(1000, 500, 990)]
    public void Latencies_Percentiles_AreOfTheNearestRank(int count, double p50, double p99)
    {
        var times = new Latencies();
        // Milliseconds from 1 on, the slowest first.
        for (var i = count; i > 0; i--) times.Add(i * Stopwatch.Frequency / 1000);
        times.P50.ShouldBe(p50, tolerance: 1e-6);
        times.P99.ShouldBe(p99, tolerance: 1e-6);
        times.Worst.ShouldBe(count, tolerance: 1e-6);
    }

    [Fact]
    public void Latencies_None_AreNoNumber() => new Latencies().P99.ShouldBe(double.NaN);

    [Fact]
    public void Trend_OfALine_IsItsSlope()
    {
        Trend.SlopeOf([(0, 5), (1, 7), (2, 9), (4, 13)]).ShouldBe(2, tolerance: 1e-9);
        Trend.SlopeOf([(0, 1), (1, 3), (2, 1)]).ShouldBe(0, tolerance: 1e-9);
        Trend.SlopeOf([(0, 1)]).ShouldBe(0);
        Trend.SlopeOf([(1, 1), (1, 9)]).ShouldBe(0);
    }
}
