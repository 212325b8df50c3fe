using System.Text.Json;
using Signalbox.Model.Wire;

namespace Signalbox.Cli.Output;

/// <summary>Prints the API's own records: indented for people, on one line in a pipe.</summary>
internal static class JsonOutput
{
    public static int Write<T>(Terminal terminal, T value)
    {
        var json = terminal.IsTerminal ? SignalboxJson.Indented : SignalboxJson.Default;
        terminal.Line(JsonSerializer.Serialize(value, typeof(T), json));
        return ExitCodes.Done;
    }
}
