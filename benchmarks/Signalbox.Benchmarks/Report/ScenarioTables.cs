using System.Globalization;
using Signalbox.Benchmarks.Contestants;
using Signalbox.Benchmarks.Frame;

namespace Signalbox.Benchmarks.Report;

/// <summary>What one scenario found, as tables.</summary>
internal static class ScenarioTables
{
    /// <summary>Rows: contestants in the order they were first recorded, ours first. Cells: the median of the rounds, and the spread where it says something.</summary>
    public static Grid Values(Findings found)
    {
        var metrics = Shown(found);
        return new Grid(
            ["", .. metrics.Select(metric => metric.Unit.Length > 0 ? $"{metric.Name}, {metric.Unit}" : metric.Name)],
            [.. Who(found).Select(who => (IReadOnlyList<string>)[who, .. metrics.Select(metric => Cell(Ratios.Values(found.Samples, who, metric), metric.Format))])]);
    }

    /// <summary>Signalbox over each of the others, with the spread over the rounds; null when nobody else was measured.</summary>
    public static Grid? Against(Findings found)
    {
        var metrics = Shown(found).Where(metric => metric.Compared).ToList();
        var others = Who(found).Where(who => who != Names.Signalbox).ToList();
        if (others.Count == 0) return null;
        var rows = others.Select(other => (IReadOnlyList<string>)[$"Signalbox / {other}", .. metrics.Select(metric => Of(Ratios.Of(found.Samples, Names.Signalbox, other, metric)))]);
        return new Grid(["", .. metrics.Select(metric => metric.Name)], [.. rows.Where(row => row.Skip(1).Any(cell => cell.Length > 0))]);
    }

    /// <summary>Each mark with what was measured and the verdict. A mark that could not be judged says so.</summary>
    public static Grid Marks(IEnumerable<Findings> all) => new(
        ["scenario", "what", "mark", "beyond", "measured", "spread", "verdict"],
        [.. all.SelectMany(found => found.Scenario.Marks.Select(mark => Row(found, mark)))], 1, 2, 3, 6);

    public static bool Missed(Findings found, Mark mark) => Measured(found, mark) is not { } measured || mark.Judge(measured.Median) == Verdict.Missed;

    private static IReadOnlyList<string> Row(Findings found, Mark mark)
    {
        var measured = Measured(found, mark);
        var format = mark.Against is null ? mark.Metric.Format : "0.00";
        return
        [
            found.Scenario.Name, mark.Metric.Name, Wanted(mark, mark.Wanted), mark.Beyond is { } beyond ? Wanted(mark, beyond) : "", Number(measured?.Median, format),
            Range(measured, format),
            measured is null ? "not measured" : mark.Judge(measured.Value.Median) switch
            {
                Verdict.Beyond => "beyond",
                Verdict.Met => "met",
                _ => "missed",
            },
        ];
    }

    private static Spread? Measured(Findings found, Mark mark) =>
        mark.Against is { } other ? Ratios.Of(found.Samples, Names.Signalbox, other, mark.Metric) : Ratios.Values(found.Samples, Names.Signalbox, mark.Metric);

    private static string Wanted(Mark mark, double value)
    {
        var most = mark.AtLeast ? "at least" : "at most";
        var number = value.ToString("#,0.##", CultureInfo.InvariantCulture);
        return mark.Against is { } other ? $"{most} {number} x {other}" : $"{most} {number} {mark.Metric.Unit}".TrimEnd();
    }

    private static List<Metric> Shown(Findings found) => [.. found.Scenario.Metrics.Where(metric => found.Samples.Any(sample => sample.Metric == metric))];

    private static List<string> Who(Findings found) => [.. found.Samples.Select(sample => sample.Contestant).Distinct().OrderBy(Names.Place)];

    private static string Cell(Spread? spread, string format) => Number(spread?.Median, format);

    private static string Of(Spread? ratio) => ratio is not { } spread ? "" : $"{Number(spread.Median, "0.00")}{(Range(spread, "0.00") is { Length: > 0 } range ? $" ({range})" : "")}";

    /// <summary>Empty for a single value.</summary>
    private static string Range(Spread? values, string format) =>
        values is not { } spread || spread.Least.Equals(spread.Most) ? "" : $"{Number(spread.Least, format)} to {Number(spread.Most, format)}";

    private static string Number(double? value, string format) => value?.ToString(format, CultureInfo.InvariantCulture) ?? "";
}
