using System.Text.Json;
using Signalbox.Model.Wire;

namespace Signalbox.Cli.Output;

/// <summary>Prints the API's own records: indented for people, on one line in a pipe.</summary>
internal static class JsonOutput
{
    public static int Write<T>(Terminal terminal, T value)
    {
        JsonSerializerOptions options = (SignalboxJson.Default.GetTypeInfo(typeof(T)), terminal.IsTerminal) switch
        {
            (null, true) => CliJson.Indented.Options,
            (null, false) => CliJson.Default.Options,
            (_, true) => SignalboxJson.Indented.Options,
            (_, false) => SignalboxJson.Default.Options,
        };
        terminal.Line(JsonSerializer.Serialize(value, options.GetTypeInfo(typeof(T))));
        return ExitCodes.Done;
    }
}
