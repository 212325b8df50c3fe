namespace Signalbox.Cli.Output;

/// <summary>Prints findings: a line each, and the way out beneath it.</summary>
internal static class FindingOutput
{
    public static void Write(Terminal terminal, IReadOnlyList<Finding> findings)
    {
        if (findings.Count == 0) return;
        var outcomes = findings.Max(finding => finding.Outcome.Length);
        var subjects = findings.Max(finding => finding.Subject.Length);
        foreach (var finding in findings)
        {
            terminal.Line($"{terminal.Paint(finding.Outcome.PadRight(outcomes), Colour(finding.Outcome))}  {finding.Subject.PadRight(subjects)}  {finding.Detail}");
            if (finding.Advice is not null) terminal.Line($"{new string(' ', outcomes + subjects + 4)}{finding.Advice}");
        }
    }

    private static string? Colour(string outcome) => outcome switch
    {
        "ok" or "done" => "green",
        "warn" or "skipped" => "yellow",
        "fail" or "failed" => "red",
        _ => "dim",
    };
}
