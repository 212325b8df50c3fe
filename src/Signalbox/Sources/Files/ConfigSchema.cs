using System.Text.Json;
using System.Text.Json.Nodes;

namespace Signalbox.Sources.Files;

/// <summary>The JSON Schema (2020-12) of <c>signalbox.yaml</c> for editors, made from the table of keys.</summary>
internal static class ConfigSchema
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true, NewLine = "\n" };

    public static string Text { get; } = Make();

    private static string Make()
    {
        var schema = new JsonObject { ["$schema"] = "https://json-schema.org/draft/2020-12/schema", ["title"] = "signalbox.yaml" };
        foreach (var (name, value) in ConfigTable.Root.Schema()) schema[name] = value?.DeepClone();
        return schema.ToJsonString(Indented) + "\n";
    }
}
