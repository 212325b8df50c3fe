using System.CommandLine;
using Signalbox.Cli.Output;
using Signalbox.Model.Wire;

namespace Signalbox.Cli.Verbs;

/// <summary><c>signalbox why URL</c>: the way of a request, step by step, for any URL. Explaining is its work: it is done (0) whatever it finds.</summary>
internal static class WhyVerb
{
    public static Command Create(CliContext cli)
    {
        var url = new Argument<string>("URL") { Description = "A URL or a host name, routed or not" };
        var command = new Command("why", "Explain what happens to requests for a URL") { url, CommonOptions.Json };
        command.SetAction((parse, cancellation) => cli.AnswerAsync(parse, client => client.WhyAsync(parse.GetValue(url)!, cancellation), report => Print(cli, report)));
        return command;
    }

    public static int Print(CliContext cli, WhyReport report)
    {
        var terminal = cli.Out;
        terminal.Line($"{report.Url} is {terminal.Paint(report.Verdict, StateColours.OfRoute(report.Verdict) ?? "red")}");
        var width = report.Steps.Length == 0 ? 0 : report.Steps.Max(step => step.Step.Length);
        for (var i = 0; i < report.Steps.Length; i++)
        {
            var step = report.Steps[i];
            var (mark, colour) = Mark(step.Outcome);
            terminal.Line($"  {i + 1,2}. {terminal.Paint(mark.PadRight(2), colour)} {step.Step.PadRight(width)}  {step.Detail}");
        }

        if (report.Advice is not null) terminal.Line($"  {terminal.Paint("what to do:", "bold")} {report.Advice}");
        return ExitCodes.Done;
    }

    private static (string Mark, string Colour) Mark(string outcome) => outcome switch
    {
        "ok" => ("ok", "green"),
        "failed" => ("✗", "red"),
        "warning" => ("!", "yellow"),
        _ => ("-", "dim"),
    };
}
