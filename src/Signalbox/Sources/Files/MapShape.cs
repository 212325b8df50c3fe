using System.Text.Json.Nodes;
using YamlDotNet.Core.Events;

namespace Signalbox.Sources.Files;

/// <summary>What a mapping is read into: fields that are filled one by one, and where it began.</summary>
internal abstract class ConfigDraft
{
    public int Line { get; set; }

    public int Column { get; set; }
}

/// <summary>
/// One key of a mapping: its name, what it means, and how its value gets into the draft. The binder, the errors and the schema all come from here.
/// </summary>
internal abstract record ConfigKey<TDraft>(string Name, string Description, bool Required)
{
    /// <summary>Reads the value of this key into the draft.</summary>
    public abstract void Read(ConfigReader reader, TDraft draft);

    public abstract JsonObject Schema();
}

/// <summary>A key whose value has one shape.</summary>
internal sealed record ConfigKey<TDraft, T>(string Name, string Description, ConfigShape<T> Shape, Action<TDraft, T> Set, bool Required = false)
    : ConfigKey<TDraft>(Name, Description, Required)
{
    public override void Read(ConfigReader reader, TDraft draft)
    {
        var at = reader.Current;
        if (Shape.TryRead(reader, out var value)) Set(draft, value);
        else if (Required && at is Scalar scalar && YamlScalar.IsNull(scalar))
        {
            reader.Report(at, $"“{Name}” is empty; here belongs {Shape.Expected}.", Description);
        }
    }

    public override JsonObject Schema()
    {
        var schema = Shape.Schema();
        schema["description"] = Description;
        return schema;
    }
}

/// <summary>A mapping with known keys, each at most once.</summary>
internal sealed class MapShape<TDraft>(string expected, params ConfigKey<TDraft>[] keys) : ConfigShape<TDraft>
    where TDraft : ConfigDraft, new()
{
    public override string Expected => expected;

    public override JsonObject Schema()
    {
        var properties = new JsonObject();
        foreach (var key in keys) properties[key.Name] = key.Schema();
        var schema = new JsonObject { ["type"] = new JsonArray("object", "null"), ["additionalProperties"] = false, ["properties"] = properties };
        var required = keys.Where(key => key.Required).Select(key => (JsonNode)key.Name).ToArray();
        if (required.Length > 0) schema["required"] = new JsonArray(required);
        return schema;
    }

    protected override bool TryReadValue(ConfigReader reader, ParsingEvent at, out TDraft value)
    {
        value = new TDraft { Line = ConfigReader.Line(at), Column = ConfigReader.Column(at) };
        if (at is not MappingStart) return Wrong(reader, at, $"Its keys are {string.Join(", ", keys.Select(key => key.Name))}.");
        reader.Advance();

        // The line where each key was seen first; no mapping of this file has more than a handful.
        Span<int> seen = stackalloc int[keys.Length];
        while (reader.Inside) ReadEntry(reader, value, seen);
        reader.Advance();
        for (var i = 0; i < keys.Length; i++)
        {
            if (keys[i].Required && seen[i] == 0 && !reader.IsBroken) reader.Report(at, $"“{keys[i].Name}” is missing.", keys[i].Description);
        }

        return true;
    }

    private void ReadEntry(ConfigReader reader, TDraft draft, Span<int> seen)
    {
        var at = reader.Current;
        if (at is not Scalar name)
        {
            reader.Report(at, "A key is a plain word.", $"The keys here are {string.Join(", ", keys.Select(key => key.Name))}.");
            reader.Skip();
            reader.Skip();
            return;
        }

        var index = IndexOf(name.Value);
        reader.Advance();
        if (index < 0)
        {
            reader.Report(name, $"The key “{name.Value}” is not known here.", NearestWord.Advice(name.Value, [.. keys.Select(key => key.Name)]));
            reader.Skip();
        }
        else if (seen[index] > 0)
        {
            reader.Report(name, $"The key “{name.Value}” is here twice; it first stands in line {seen[index]}.", "Remove one of the two.");
            reader.Skip();
        }
        else
        {
            seen[index] = ConfigReader.Line(name);
            keys[index].Read(reader, draft);
        }
    }

    private int IndexOf(string name)
    {
        for (var i = 0; i < keys.Length; i++)
        {
            if (keys[i].Name == name) return i;
        }

        return -1;
    }
}
