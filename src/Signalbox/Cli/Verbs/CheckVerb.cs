using System.CommandLine;
using Signalbox.Cli.Output;
using Signalbox.Model.Wire;

namespace Signalbox.Cli.Verbs;

/// <summary><c>signalbox check</c>: compares what each plane really carries with what it should; with <c>--fix</c> makes it so. 1 when they still differ.</summary>
internal static class CheckVerb
{
    public static Command Create(CliContext cli)
    {
        var fix = new Option<bool>("--fix") { Description = "Apply the routes again where a plane differs" };
        var command = new Command("check", "Compare what the planes carry with what they should") { fix, CommonOptions.Json };
        command.SetAction((parse, cancellation) => cli.WithClientAsync(parse, async client =>
        {
            var answer = await client.CheckAsync(parse.GetValue(fix), cancellation);
            if (!answer.Succeeded) return cli.Fail(answer.Problems);
            cli.Answer(parse, answer.Value, report => Print(cli, report, parse.GetValue(fix)));
            return answer.Value.Ok ? ExitCodes.Done : ExitCodes.Failed;
        }));
        return command;
    }

    public static int Print(CliContext cli, CheckReport report, bool fixedNow)
    {
        foreach (var plane in report.Planes)
        {
            var verdict = plane.Drift.Length == 0 ? "no drift" : $"{plane.Drift.Length} {(plane.Drift.Length == 1 ? "difference" : "differences")}";
            cli.Out.Line($"{plane.Name}: {cli.Out.Paint(plane.State, StateColours.OfPlane(plane.State))}, {verdict}");
            if (plane.Drift.Length == 0) continue;
            var page = new ListPage(cli.Out, "DRIFT", "ROUTE", "EXPECTED", "FOUND");
            foreach (var drift in plane.Drift) page.Add(new Cell(drift.Kind, "yellow"), drift.Route, drift.Expected ?? "-", drift.Found ?? "-");
            page.Write();
        }

        if (!report.Ok) cli.Error.Line(fixedNow ? "The planes still differ. `signalbox status` shows their problems." : "Make them equal with `signalbox check --fix`.");
        return ExitCodes.Done;
    }
}
