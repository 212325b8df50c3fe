using System.CommandLine;
using Signalbox.Cli.Output;
using Signalbox.Model;
using Signalbox.Model.Wire;

namespace Signalbox.Cli.Verbs;

/// <summary><c>signalbox routes</c>: every claim on every host, with its state.</summary>
internal static class RoutesVerb
{
    /// <summary>A screen of explanations; who has more trouble than that is helped by none of them.</summary>
    private const int Explained = 20;

    public static Command Create(CliContext cli)
    {
        var command = new Command("routes", "List the routes, their states and where they lead") { CommonOptions.Json };
        command.SetAction((parse, cancellation) => cli.AnswerAsync(parse, client => client.RoutesAsync(cancellation), routes => Print(cli, routes)));
        return command;
    }

    public static int Print(CliContext cli, RouteReport[] routes)
    {
        if (routes.Length == 0)
        {
            cli.Error.Line("No routes yet. Make one with `signalbox dev -- COMMAND` in a project, or `signalbox route add HOST TARGET`.");
            return ExitCodes.Done;
        }

        var page = new ListPage(cli.Out, "STATE", "URL", "SINCE", "OWNER", "LEADS TO");
        foreach (var route in routes.OrderBy(route => route.Host, StringComparer.Ordinal).ThenBy(route => route.Path, StringComparer.Ordinal).ThenBy(Rank)) page.Add(Row(cli, route));
        page.Write();
        if (cli.Out.IsTerminal) Explain(cli, [.. routes.Where(route => route.Problem is not null)]);
        return ExitCodes.Done;
    }

    /// <summary>Why those are not live that are not; in a pipe that is a column.</summary>
    private static void Explain(CliContext cli, RouteReport[] troubled)
    {
        foreach (var route in troubled.Take(Explained)) cli.Error.Line($"{route.Url} is {cli.Error.Paint(route.State, StateColours.OfRoute(route.State))}: {Sentence(route.Problem)}");
        if (troubled.Length > Explained) cli.Error.Line($"and {troubled.Length - Explained} more; `signalbox why URL` explains each.");
    }

    private static Cell[] Row(CliContext cli, RouteReport route)
    {
        Cell[] cells =
        [
            new(route.State, StateColours.OfRoute(route.State)),
            route.Url,
            Span.Since(route.StateSince ?? route.Since, cli.Time),
            cli.Out.IsTerminal ? OwnerWords.Short(route) : route.Owner,
            route.Backends.Length == 0 ? "(nothing listens yet)" : string.Join(", ", route.Backends),
        ];
        return cli.Out.IsTerminal ? cells : [.. cells, Sentence(route.Problem)];
    }

    /// <summary>Of several claims on one name the one that has it comes first.</summary>
    private static int Rank(RouteReport route) => route.State switch { RouteStates.Shadowed => 1, RouteStates.Refused or RouteStates.Quarantined => 2, _ => 0 };

    private static string Sentence(Problem? problem) => $"{problem?.Text} {problem?.Advice}".Trim();
}
