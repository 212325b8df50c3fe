using System.Text;
using Signalbox.Benchmarks.Frame;

namespace Signalbox.Benchmarks.Report;

/// <summary><c>docs/benchmarks.md</c>: written whole at each full run.</summary>
internal static class MarkdownReport
{
    public static string Of(RunResult result, BenchOptions options, DateTimeOffset now)
    {
        var text = new StringBuilder();
        text.Append($"""
            # Benchmarks

            Written by `./bench` on {now:yyyy-MM-dd}; it is made anew by each whole run and not edited by hand. What is behind the figures is told in
            [performance.md](performance.md).

            Figures belong to a machine and a moment; compare within a run, never between two. The routers take turns, A B C D and then again, {options.Rounds} rounds of
            {options.Turn.TotalSeconds:0} s under load each. Every router has the same backend, adds the same forwarding fields (`X-Forwarded-For`, `-Proto`, `-Host`,
            `Forwarded`, `Via`), keeps the `Host`, keeps its connections to the backend, writes no access log, has as many workers as the machine has cores, and serves a
            certificate of the same kind (ECDSA P-256). Before its turns each carries the same load unmeasured; Signalbox, which compiles itself while it runs, for longer.

            - **Processor time** is user and system time of all the router's own processes, counted by the kernel, over the requests that the client counted as done.
              The client's and the backend's time is not in it.
            - A table shows medians over the rounds. A ratio is formed within a round; its median stands before the brackets, its least and most value in them.
            - The **bare relay** is the floor: an event loop in C# with the four socket calls that a proxied request cannot avoid, and nothing else. It has one backend,
              no routes, adds no fields and knows nothing of HTTP but where a message ends.
            - **Memory** is what the processes hold for themselves (`RssAnon`): the most that was seen during a turn.


            """);
        Machines(text, result);
        text.Append("## Marks\n\nWhat Signalbox is to reach. A mark that is missed stays here as missed.\n\n").Append(ScenarioTables.Marks(result.Findings).Markdown()).Append('\n');
        text.Append("## Results\n");
        foreach (var found in result.Findings) One(text, found);
        Configs(text, result);
        return text.ToString().Replace("\r", "", StringComparison.Ordinal);
    }

    private static void Machines(StringBuilder text, RunResult result)
    {
        var rows = Machine.Facts().Select(fact => (IReadOnlyList<string>)[fact.What, fact.Value]).Concat(result.Contestants.Select(contestant => (IReadOnlyList<string>)[contestant.Name, contestant.Version]));
        text.Append("## Machine and versions\n\n").Append(new Grid(["", "what"], [.. rows], 1).Markdown()).Append('\n');
        foreach (var problem in result.Problems) text.Append($"**Failed:** {Line(problem)}\n\n");
    }

    private static void One(StringBuilder text, Findings found)
    {
        text.Append($"\n### {found.Scenario.Name}\n\n{found.Scenario.What}.\n\n");
        if (found.Samples.Count > 0) text.Append(ScenarioTables.Values(found).Markdown()).Append('\n');
        if (ScenarioTables.Against(found) is { Rows.Count: > 0 } ratios) text.Append(ratios.Markdown()).Append('\n');
        foreach (var note in found.Notes) text.Append($"- {note}\n");
        foreach (var failure in found.Failures) text.Append($"- **Failed:** {Line(failure)}\n");
        if (found.Notes.Count + found.Failures.Count > 0) text.Append('\n');
        if (found.Commands.Count > 0) text.Append("```\n").AppendJoin('\n', found.Commands).Append("\n```\n");
    }

    private static void Configs(StringBuilder text, RunResult result)
    {
        text.Append("\n## Configurations\n\nAs generated for the run; folders and ports are each run's own. All are started in the foreground, as children, and ended by their process id.\n");
        foreach (var contestant in result.Contestants.Where(contestant => contestant.ConfigText.Length > 0)) Config(text, contestant.Name, contestant.ConfigText);
        Config(text, "The backend, nginx", result.BackendConfig);
    }

    private static void Config(StringBuilder text, string name, string config) => text.Append($"\n### {name}\n\n```\n{config.TrimEnd()}\n```\n");

    /// <summary>A failure may carry a program's whole output.</summary>
    private static string Line(string text) => text.ReplaceLineEndings(" ");
}
