using System.Text;
using Signalbox.Benchmarks.Frame;

namespace Signalbox.Benchmarks.Report;

/// <summary>What stands on the terminal at the end.</summary>
internal static class TerminalReport
{
    public static string Of(RunResult result)
    {
        var text = new StringBuilder();
        foreach (var found in result.Findings)
        {
            text.Append($"\n{found.Scenario.Name}: {found.Scenario.What}\n\n");
            if (found.Samples.Count > 0) text.Append(ScenarioTables.Values(found).Text());
            if (ScenarioTables.Against(found) is { Rows.Count: > 0 } ratios) text.Append('\n').Append(ratios.Text());
            if (found.Notes.Count > 0) text.Append('\n');
            foreach (var note in found.Notes) text.Append($"  {note}\n");
            foreach (var failure in found.Failures) text.Append($"  FAILED: {failure}\n");
        }

        var marks = ScenarioTables.Marks(result.Findings);
        if (marks.Rows.Count > 0) text.Append("\nMarks: medians over the rounds\n\n").Append(marks.Text());
        foreach (var problem in result.Problems) text.Append($"\nFAILED: {problem}\n");
        return text.Append($"\n{result.Took.TotalMinutes:0.0} minutes in all\n").ToString();
    }
}
