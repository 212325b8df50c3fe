using Spectre.Console;
using Spectre.Console.Rendering;

namespace Signalbox.Cli.Output;

/// <summary>The only place that uses Spectre.Console. Reached on a terminal alone: plain output, the usual case in scripts, never loads it.</summary>
internal static class Rendering
{
    /// <summary>Columns no list of ours reaches. What is wider than the window the terminal itself wraps, and a URL can still be copied whole.</summary>
    private const int Unbounded = 100_000;

    /// <summary>Aligned columns without lines.</summary>
    public static string List(IReadOnlyList<string> headings, IReadOnlyList<Cell[]> rows, bool colours)
    {
        var table = new Table { Border = TableBorder.None };
        for (var i = 0; i < headings.Count; i++)
        {
            var last = i == headings.Count - 1;
            table.AddColumn(new TableColumn(new Text(headings[i], new Style(decoration: Decoration.Dim))) { NoWrap = true, Padding = new Padding(0, 0, last ? 0 : 2, 0) });
        }

        foreach (var row in rows) table.AddRow(row.Select(cell => new Text(cell.Text, cell.Colour is null ? null : Style.Parse(cell.Colour))));

        // The table pads each line to the full width; nothing is to be seen of that, but it would wrap in a narrow window.
        var lines = Render(table, colours).Split('\n').Select(line => line.TrimEnd());
        return string.Join(Environment.NewLine, lines);
    }

    private static string Render(IRenderable drawn, bool colours)
    {
        var text = new StringWriter { NewLine = "\n" };
        var console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Ansi = colours ? AnsiSupport.Yes : AnsiSupport.No,
            // The sixteen colours of the terminal's own palette: they stay readable on light and dark grounds.
            ColorSystem = colours ? ColorSystemSupport.Standard : ColorSystemSupport.NoColors,
            Interactive = InteractionSupport.No,
            Out = new AnsiConsoleOutput(text),
        });
        console.Profile.Width = Unbounded;
        console.Profile.Capabilities.Unicode = true;
        console.Write(drawn);
        return text.ToString();
    }
}
