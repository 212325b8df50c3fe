using System.Text.Json;
using System.Text.Json.Serialization;
using Signalbox.Model.Wire;

namespace Signalbox.Cli.Client;

/// <summary>How the client reads answers: fields may be added in later versions, so unknown ones are passed over. (Requests, read by the daemon, stay strict.)</summary>
internal static class AdminJson
{
    public static SignalboxJson Lenient { get; } =
        new(new JsonSerializerOptions(SignalboxJson.Default.Options) { UnmappedMemberHandling = JsonUnmappedMemberHandling.Skip });
}
