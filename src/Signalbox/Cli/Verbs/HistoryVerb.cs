using System.CommandLine;
using System.Globalization;
using Signalbox.Cli.Output;
using Signalbox.Model.Wire;

namespace Signalbox.Cli.Verbs;

/// <summary><c>signalbox history</c>: who changed what, the newest last, where a terminal leaves the eye.</summary>
internal static class HistoryVerb
{
    /// <summary>What the journal hands out at most in one answer.</summary>
    private const int Most = 10_000;

    /// <summary>About a screen.</summary>
    private const int Usual = 30;

    public static Command Create(CliContext cli)
    {
        var limit = TypedOptions.Number("--limit", 1, Most, $"How many entries, at most {Most} [default: {Usual}]", "N");
        var owner = new Option<string?>("--owner") { Description = "Only this owner's changes, as `routes` in a pipe prints it", HelpName = "OWNER" };
        var follow = new Option<bool>("--follow", "-f") { Description = "Go on with changes as they happen, until Ctrl-C" };
        var command = new Command("history", "Show the latest changes, with who made them") { limit, owner, follow, CommonOptions.Json };
        command.SetAction((parse, cancellation) => parse.GetValue(follow)
            ? cli.WithClientAsync(parse, client => new HistoryFollower(cli, parse.GetValue(owner), parse.GetValue(CommonOptions.Json)).RunAsync(client, parse.GetValue(limit) ?? Usual, cancellation))
            : cli.AnswerAsync(parse, client => client.HistoryAsync(parse.GetValue(limit) ?? Usual, parse.GetValue(owner), cancellation), entries => Print(cli, entries, parse.GetValue(owner))));
        return command;
    }

    public static int Print(CliContext cli, HistoryEntry[] entries, string? owner)
    {
        if (entries.Length == 0)
        {
            cli.Error.Line(owner is null ? "Nothing has changed yet." : $"The journal has nothing of the owner {owner}. `signalbox history` shows everybody's changes.");
            return ExitCodes.Done;
        }

        var page = new ListPage(cli.Out, "REVISION", "WHEN", "CHANGE", "WHAT", "OWNER", "DETAIL");
        foreach (var entry in entries.Reverse())
        {
            page.Add(Cells(cli, entry, cli.Out.IsTerminal ? Span.Since(entry.Time, cli.Time) + " ago" : entry.Time.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture)));
        }

        page.Write();
        return ExitCodes.Done;
    }

    public static Cell[] Cells(CliContext cli, HistoryEntry entry, string when) =>
    [
        entry.Revision.ToString(CultureInfo.InvariantCulture),
        when,
        new Cell(entry.Change, entry.Change switch { "put" => "green", "remove" => "dim", "take" => "yellow", "refuse" => "magenta", _ => null }),
        entry.Subject,
        cli.Out.IsTerminal ? OwnerWords.Short(entry.Owner) : entry.Owner,
        entry.Detail,
    ];
}
