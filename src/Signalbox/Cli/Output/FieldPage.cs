using System.Collections;

namespace Signalbox.Cli.Output;

/// <summary>Name and value lines with the values in one column. A name that repeats is printed once.</summary>
internal sealed class FieldPage(Terminal terminal) : IEnumerable<(string Name, string Value)>
{
    private readonly List<(string Name, string Value)> _fields = [];

    public void Add(string name, string value) => _fields.Add((name, value));

    public void Write()
    {
        var width = _fields.Max(field => field.Name.Length) + 2;
        string? last = null;
        foreach (var (name, value) in _fields)
        {
            // In a pipe every line stands for itself.
            var shown = name == last && terminal.IsTerminal ? "" : name;
            terminal.Line(terminal.Paint(shown.PadRight(width), "dim") + value);
            last = name;
        }
    }

    public IEnumerator<(string Name, string Value)> GetEnumerator() => _fields.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
