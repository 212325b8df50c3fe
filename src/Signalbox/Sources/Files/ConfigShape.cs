using System.Text.Json.Nodes;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace Signalbox.Sources.Files;

/// <summary>The shape of a value in the file: reads it, and tells editors about it in JSON Schema.</summary>
internal abstract class ConfigShape<T>
{
    /// <summary>What is expected, with its article: “a number from 0 to 65535”.</summary>
    public abstract string Expected { get; }

    /// <summary>Reads the present node and goes past it.</summary>
    /// <returns>False when there is no value: it is null, or wrong, which is then reported.</returns>
    public bool TryRead(ConfigReader reader, out T value)
    {
        value = default!;
        var at = reader.Current;

        // Only after an error of syntax: the value never came.
        if (!reader.Inside) return false;
        if (at is AnchorAlias)
        {
            // Reported when it was met.
            reader.Advance();
            return false;
        }

        if (at is Scalar scalar && YamlScalar.IsNull(scalar))
        {
            reader.Advance();
            return false;
        }

        return TryReadValue(reader, at, out value);
    }

    public abstract JsonObject Schema();

    protected abstract bool TryReadValue(ConfigReader reader, ParsingEvent at, out T value);

    protected bool Wrong(ConfigReader reader, ParsingEvent at, string? advice = null)
    {
        var found = at switch
        {
            MappingStart => "a mapping",
            SequenceStart => "a list",
            Scalar scalar => YamlScalar.Describe(scalar),
            _ => "something else",
        };
        reader.Report(at, $"Here belongs {Expected}, not {found}.", advice);
        reader.Skip();
        return false;
    }
}
