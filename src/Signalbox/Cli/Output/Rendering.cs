using Spectre.Console;
using Spectre.Console.Rendering;

namespace Signalbox.Cli.Output;

/// <summary>The only place that uses Spectre.Console. Reached on a terminal alone: plain output, the usual case in scripts, never loads it.</summary>
internal static class Rendering
{
    /// <summary>One line of text in a colour, with the escape sequences that make it so.</summary>
    public static string Paint(string text, string colour) => Render(new Text(text, Style.Parse(colour)), int.MaxValue, colours: true).TrimEnd('\n');

    /// <summary>Whatever Spectre.Console can draw, as text for a terminal of this width.</summary>
    public static string Render(IRenderable drawn, int width, bool colours)
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
        console.Profile.Width = width;
        console.Profile.Capabilities.Unicode = true;
        console.Write(drawn);
        return text.ToString();
    }
}
