using System.Text;
using Spectre.Console.Rendering;

namespace Signalbox.Cli.Output;

/// <summary>
/// A list. On a terminal: aligned columns under quiet headings; what is wider than the window the terminal itself wraps, so that a URL can still be
/// copied whole. In a pipe: a line an entry, the columns parted by tabs, no headings, so that <c>cut</c> and <c>awk</c> find the same column on every line.
/// </summary>
internal sealed class ListPage(Terminal terminal, params string[] headings)
{
    /// <summary>Between columns.</summary>
    private const int Gap = 2;

    private readonly List<Cell[]> _rows = [];

    /// <summary>An entry. A tab or line end inside a value would shift the columns, so it becomes a space.</summary>
    public void Add(params Cell[] cells) => _rows.Add([.. cells.Select(cell => cell with { Text = cell.Text.Replace('\t', ' ').ReplaceLineEndings(" ") })]);

    public void Write()
    {
        // Written at once: of 100,000 routes each line would else be a call of the system.
        var text = new StringBuilder();
        if (terminal.IsTerminal) Align(text);
        else foreach (var row in _rows) text.AppendJoin('\t', row.Select(cell => cell.Text)).Append('\n');
        terminal.Writer.Write(text);
    }

    private void Align(StringBuilder text)
    {
        var widths = headings.Select(Columns).ToArray();
        foreach (var row in _rows)
        {
            for (var i = 0; i < widths.Length; i++) widths[i] = Math.Max(widths[i], Columns(row[i].Text));
        }

        Line(text, [.. headings.Select(heading => new Cell(heading, "dim"))], widths);
        foreach (var row in _rows) Line(text, row, widths);
    }

    private void Line(StringBuilder text, Cell[] cells, int[] widths)
    {
        // Nothing after the last word: spaces there would wrap in a narrow window.
        var last = Array.FindLastIndex(cells, cell => cell.Text.Length > 0);
        for (var i = 0; i <= last; i++)
        {
            text.Append(terminal.Paint(cells[i].Text, cells[i].Colour));
            if (i < last) text.Append(' ', widths[i] - Columns(cells[i].Text) + Gap);
        }

        text.Append('\n');
    }

    /// <summary>The columns a text takes: Chinese and Japanese characters take two.</summary>
    private static int Columns(string text) => Ascii.IsValid(text) ? text.Length : new Segment(text).CellCount();
}
