namespace Signalbox.Cli.Output;

/// <summary>One output side of a command: its writer, and whether a person looks at it.</summary>
/// <param name="Writer">Where text goes.</param>
/// <param name="IsTerminal">True on a terminal: tables may be drawn, JSON is indented.</param>
/// <param name="HasColour">True when colours may be used as well; NO_COLOR and TERM=dumb turn them off.</param>
internal sealed record Terminal(TextWriter Writer, bool IsTerminal, bool HasColour)
{
    public static Terminal Of(TextWriter writer, bool redirected, Func<string, string?> variable) =>
        // https://no-color.org: when present and not an empty string, regardless of its value.
        new(writer, !redirected, !redirected && string.IsNullOrEmpty(variable("NO_COLOR")) && variable("TERM") != "dumb");

    public void Line(string text = "") => Writer.WriteLine(text);

    /// <summary>The text in a colour (such as <c>green</c>), or as it is where there are none.</summary>
    public string Paint(string text, string? colour) => colour is null || !HasColour || text.Length == 0 ? text : Sgr.Paint(text, colour);
}
