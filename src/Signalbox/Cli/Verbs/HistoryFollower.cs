using System.Globalization;
using System.Text.Json;
using Signalbox.Cli.Client;
using Signalbox.Cli.Output;
using Signalbox.Model;
using Signalbox.Model.Wire;

namespace Signalbox.Cli.Verbs;

/// <summary><c>history --follow</c>: a line an entry, first those of the journal, then those that come. With JSON a document a line.</summary>
internal sealed class HistoryFollower(CliContext cli, string? owner, bool json)
{
    /// <summary>Runs until it is cancelled or the daemon ends; the latter is told as a problem.</summary>
    public async Task<int> RunAsync(AdminClient client, int limit, CancellationToken cancellation)
    {
        // The stream is opened before the journal is read, so that no change falls between the two; what is in both is printed once.
        var opened = await client.EventsAsync(cancellation);
        if (!opened.Succeeded) return cli.Fail(opened.Problems);
        await using var events = opened.Value;
        var past = await client.HistoryAsync(limit, owner, cancellation);
        if (!past.Succeeded) return cli.Fail(past.Problems);
        foreach (var entry in past.Value.Reverse()) Write(entry);
        var printed = past.Value.ToHashSet();
        await foreach (var line in events.ReadAsync(cancellation))
        {
            if (Parse(line) is { } entry && !printed.Contains(entry) && (owner is null || entry.Owner == owner)) Write(entry);
        }

        return cli.Fail(new Problem(ProblemType.NoDaemon, ProblemSide.Daemon, "history", "The daemon has ended.", "Start it with `signalbox up --detach`.", Retry: true));
    }

    private void Write(HistoryEntry entry)
    {
        if (json)
        {
            cli.Out.Line(JsonSerializer.Serialize(entry, SignalboxJson.Default.HistoryEntry));
            return;
        }

        var cells = HistoryVerb.Cells(cli, entry, entry.Time.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture));
        cli.Out.Line(string.Join(cli.Out.IsTerminal ? "  " : "\t", cells.Select(cell => cli.Out.Paint(cell.Text, cell.Colour))));
    }

    /// <summary>Null for a line cut off by a daemon that was killed while it wrote.</summary>
    private static HistoryEntry? Parse(string line)
    {
        try
        {
            return JsonSerializer.Deserialize(line, AdminJson.Lenient.HistoryEntry);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
