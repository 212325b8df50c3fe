namespace Signalbox.Cli.Output;

/// <summary>
/// What is going on while a command waits. On a terminal: one line that is written over, with the seconds since the present step began, and gone in the end. In a pipe: a
/// line for each new step.
/// </summary>
internal sealed class ProgressLine(Terminal terminal, TimeProvider time)
{
    /// <summary>To the first column, and clear the line from there (ECMA-48 8.3.41).</summary>
    private const string Clear = "\r\x1b[K";

    /// <summary>What is too long for the terminal ends at its edge (DECAWM): one that went on in the next line could not be written over.</summary>
    private const string Narrow = "\x1b[?7l", Wide = "\x1b[?7h";

    private string _step = "";
    private long _since;

    /// <summary>Tells the step; again and again while it lasts, so that the seconds move.</summary>
    public void Tell(string step, string? detail)
    {
        var isNew = step != _step;
        if (isNew) (_step, _since) = (step, time.GetTimestamp());
        if (!terminal.IsTerminal)
        {
            if (isNew) terminal.Line(detail is null ? step : $"{step}: {detail}");
            return;
        }

        var seconds = (int)time.GetElapsedTime(_since).TotalSeconds;
        terminal.Writer.Write($"{Clear}{Narrow}{terminal.Paint(step, "yellow")}{(seconds > 0 ? $" {seconds} s" : "")} {detail}{Wide}");
    }

    public void End()
    {
        if (terminal.IsTerminal && _step.Length > 0) terminal.Writer.Write(Clear);
    }
}
