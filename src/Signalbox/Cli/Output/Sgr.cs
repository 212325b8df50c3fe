namespace Signalbox.Cli.Output;

/// <summary>
/// Colours as the terminal's own escape sequences (ECMA-48 8.3.117). Written here and not by a drawing library, because such a library first
/// measures the terminal, for which the framework switches its keypad, also for a command that was started in it.
/// </summary>
internal static class Sgr
{
    /// <summary>The text in a colour of the terminal's palette; as it is for a word that is none.</summary>
    public static string Paint(string text, string colour) => Code(colour) is { } code ? $"\x1b[{code}m{text}\x1b[0m" : text;

    private static int? Code(string colour) => colour switch
    {
        "bold" => 1,
        "dim" => 2,
        "red" => 31,
        "green" => 32,
        "yellow" => 33,
        "magenta" => 35,
        "cyan" => 36,
        _ => null,
    };
}
