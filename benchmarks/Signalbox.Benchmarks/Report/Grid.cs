using System.Text;

namespace Signalbox.Benchmarks.Report;

/// <summary>A table: the first column is left-aligned, the others to the right, except for those that hold words.</summary>
/// <param name="Heads">The first line.</param>
/// <param name="Rows">As many cells as heads.</param>
/// <param name="Words">The numbers of further columns that are left-aligned.</param>
internal sealed record Grid(IReadOnlyList<string> Heads, IReadOnlyList<IReadOnlyList<string>> Rows, params IReadOnlyList<int> Words)
{
    public string Text()
    {
        var widths = Widths();
        var text = new StringBuilder();
        foreach (var row in Rows.Prepend(Heads)) text.Append("  ").AppendJoin("   ", row.Select((cell, i) => Padded(cell, i, widths[i]))).TrimEnd().Append('\n');
        return text.ToString();
    }

    /// <summary>Padded as well: documents are read as text too.</summary>
    public string Markdown()
    {
        var widths = Widths();
        var lines = widths.Select((width, i) => IsWords(i) ? new string('-', width) : new string('-', width - 1) + ":").ToList();
        var text = new StringBuilder();
        foreach (var row in new[] { Heads, lines }.Concat(Rows)) text.Append("| ").AppendJoin(" | ", row.Select((cell, i) => Padded(cell, i, widths[i]))).Append(" |\n");
        return text.ToString();
    }

    private int[] Widths() => [.. Heads.Select((head, i) => Math.Max(3, Rows.Select(row => row[i].Length).Append(head.Length).Max()))];

    private string Padded(string cell, int column, int width) => IsWords(column) ? cell.PadRight(width) : cell.PadLeft(width);

    private bool IsWords(int column) => column == 0 || Words.Contains(column);
}
