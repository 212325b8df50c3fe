using System.Text.Json;
using System.Text.Json.Serialization;
using Signalbox.Cli.Demo;

namespace Signalbox.Cli.Output;

/// <summary>JSON of what only the command line knows, in the API's manner.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(IReadOnlyList<Finding>))]
[JsonSerializable(typeof(DemoReport))]
internal sealed partial class CliJson : JsonSerializerContext
{
    public static CliJson Indented => field ??= new(new JsonSerializerOptions(Default.Options) { WriteIndented = true });
}
