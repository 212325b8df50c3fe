namespace Signalbox.Benchmarks.Frame;

/// <summary>
/// What Signalbox is to reach. Judged by the median over the rounds: of the ratio to another router measured in the same round, or, where
/// <see cref="Against"/> is null, of the value itself.
/// </summary>
/// <param name="Metric">What is judged.</param>
/// <param name="Against">The other router's name, or null.</param>
/// <param name="Wanted">The mark.</param>
/// <param name="Beyond">Better than was asked for; null where there is no such mark.</param>
/// <param name="AtLeast">True when more is better: the value must reach the mark. Otherwise it must not exceed it.</param>
internal sealed record Mark(Metric Metric, string? Against, double Wanted, double? Beyond = null, bool AtLeast = false)
{
    public Verdict Judge(double value)
    {
        if (Beyond is { } beyond && Reaches(value, beyond)) return Verdict.Beyond;
        return Reaches(value, Wanted) ? Verdict.Met : Verdict.Missed;
    }

    private bool Reaches(double value, double mark) => AtLeast ? value >= mark : value <= mark;
}
