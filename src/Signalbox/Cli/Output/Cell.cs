namespace Signalbox.Cli.Output;

/// <summary>One cell of a list: its text, and the colour it has on a terminal.</summary>
internal readonly record struct Cell(string Text, string? Colour = null)
{
    public static implicit operator Cell(string? text) => new(text ?? "");
}
