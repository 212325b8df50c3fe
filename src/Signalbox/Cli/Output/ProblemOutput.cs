using Signalbox.Model;

namespace Signalbox.Cli.Output;

/// <summary>Prints a problem: what it happened to, what happened and why, and what to do next, the latter on a line of its own.</summary>
internal static class ProblemOutput
{
    public static void Write(Terminal terminal, Problem problem) => Write(terminal, "error", "red", problem);

    public static void Warn(Terminal terminal, Problem problem) => Write(terminal, "warning", "yellow", problem);

    private static void Write(Terminal terminal, string word, string colour, Problem problem)
    {
        var subject = problem.Subject.Length == 0 || problem.Text.Contains(problem.Subject, StringComparison.Ordinal) ? "" : problem.Subject + ": ";
        terminal.Line($"{terminal.Paint(word + ":", colour)} {subject}{problem.Text.ReplaceLineEndings(Environment.NewLine + "  ")}");
        if (problem.Advice is not null) terminal.Line("  " + problem.Advice);
    }
}
