namespace Signalbox.Cli.Output;

/// <summary>
/// A list. On a terminal: aligned columns under quiet headings. In a pipe: a line an entry, the columns parted by tabs, no headings, so that
/// <c>cut</c> and <c>awk</c> find the same column on every line.
/// </summary>
internal sealed class ListPage(Terminal terminal, params string[] headings)
{
    private readonly List<Cell[]> _rows = [];

    /// <summary>An entry. A tab or line end inside a value would shift the columns, so it becomes a space.</summary>
    public void Add(params Cell[] cells) => _rows.Add([.. cells.Select(cell => cell with { Text = cell.Text.Replace('\t', ' ').ReplaceLineEndings(" ") })]);

    public void Write()
    {
        if (terminal.IsTerminal)
        {
            terminal.Writer.Write(Rendering.List(headings, _rows, terminal.HasColour));
            return;
        }

        foreach (var row in _rows) terminal.Line(string.Join('\t', row.Select(cell => cell.Text)));
    }
}
