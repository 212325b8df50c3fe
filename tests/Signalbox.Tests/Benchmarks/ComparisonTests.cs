using Signalbox.Benchmarks.Frame;
using Signalbox.Benchmarks.Report;

namespace Signalbox.Tests.Benchmarks;

/// <summary>How the bench compares routers, judges marks and draws tables.</summary>
public sealed class ComparisonTests
{
    [Fact]
    public void Ratio_IsTakenWithinEachRound()
    {
        // A slow second round slows both: their ratio stays.
        Sample[] samples = [Of("us", 0, 10), Of("them", 0, 20), Of("us", 1, 30), Of("them", 1, 60), Of("us", 2, 50), Of("other", 2, 1)];
        Ratios.Of(samples, "us", "them", Metric.Processor).ShouldBe(new Spread(0.5, 0.5, 0.5));
        Ratios.Of(samples, "us", "nobody", Metric.Processor).ShouldBeNull();
        Ratios.Of(samples, "us", "them", Metric.Rate).ShouldBeNull();
    }

    [Fact]
    public void Ratio_SeveralValuesOfARound_CountByTheirMean() =>
        Ratios.Of([Of("us", 0, 1), Of("us", 0, 3), Of("them", 0, 4)], "us", "them", Metric.Processor).ShouldBe(new Spread(0.5, 0.5, 0.5));

    [Fact]
    public void Ratio_ToNothing_IsLeftOut() => Ratios.Of([Of("us", 0, 1), Of("them", 0, 0)], "us", "them", Metric.Processor).ShouldBeNull();

    [Theory]
    [InlineData(new double[] { 3 }, 3, 3, 3)]
    [InlineData(new double[] { 4, 1 }, 2.5, 1, 4)]
    [InlineData(new double[] { 9, 1, 2 }, 2, 1, 9)]
    [InlineData(new double[] { 9, 1, 2, 4 }, 3, 1, 9)]
    public void Spread_MedianAndEnds(double[] values, double median, double least, double most) => Spread.Of(values).ShouldBe(new Spread(median, least, most));

    [Fact]
    public void Spread_OfNothing_IsNone() => Spread.Of([]).ShouldBeNull();

    [Theory]
    [InlineData(0.84, nameof(Verdict.Beyond))]
    [InlineData(0.85, nameof(Verdict.Beyond))]
    [InlineData(0.86, nameof(Verdict.Met))]
    [InlineData(1.0, nameof(Verdict.Met))]
    [InlineData(1.01, nameof(Verdict.Missed))]
    public void Mark_AtMost(double value, string verdict) => new Mark(Metric.Processor, "nginx", 1.0, 0.85).Judge(value).ToString().ShouldBe(verdict);

    [Theory]
    [InlineData(0.89, nameof(Verdict.Missed))]
    [InlineData(0.9, nameof(Verdict.Met))]
    [InlineData(1.1, nameof(Verdict.Beyond))]
    public void Mark_AtLeast(double value, string verdict) => new Mark(Metric.Throughput, "nginx", 0.9, 1.1, AtLeast: true).Judge(value).ToString().ShouldBe(verdict);

    [Fact]
    public void Mark_WithoutABeyond_IsMetAtBest() => new Mark(Metric.Processor, null, 5).Judge(0).ShouldBe(Verdict.Met);

    [Fact]
    public void Grid_TextAndMarkdown_AreAligned()
    {
        var grid = new Grid(["router", "rate", "note"], [["us", "1,000", "x"], ["another", "9", ""]], 2);
        grid.Text().ShouldBe("  router     rate   note\n  us        1,000   x\n  another       9\n");
        grid.Markdown().ShouldBe("| router  |  rate | note |\n| ------- | ----: | ---- |\n| us      | 1,000 | x    |\n| another |     9 |      |\n");
    }

    private static Sample Of(string contestant, int round, double value) => new(contestant, round, Metric.Processor, value);
}
