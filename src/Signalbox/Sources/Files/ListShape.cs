using System.Text.Json.Nodes;
using YamlDotNet.Core.Events;

namespace Signalbox.Sources.Files;

/// <summary>A list of values of one shape. An entry that is null is wrong: nobody writes one on purpose.</summary>
/// <param name="item">The shape of each.</param>
/// <param name="least">How many there must be.</param>
internal sealed class ListShape<T>(ConfigShape<T> item, int least = 0) : ConfigShape<List<T>>
{
    public override string Expected => "a list";

    public override JsonObject Schema() => new() { ["type"] = new JsonArray("array", "null"), ["items"] = item.Schema(), ["minItems"] = least };

    protected override bool TryReadValue(ConfigReader reader, ParsingEvent at, out List<T> value)
    {
        value = [];
        if (at is not SequenceStart) return Wrong(reader, at, "Write it as [one, two] or as lines that start with a hyphen.");
        reader.Advance();
        while (reader.Inside)
        {
            if (reader.Current is Scalar scalar && YamlScalar.IsNull(scalar))
            {
                reader.Report(scalar, $"This entry is empty; here belongs {item.Expected}.", "Fill it in, or remove the hyphen.");
            }

            if (item.TryRead(reader, out var entry)) value.Add(entry);
        }

        if (value.Count < least && !reader.HasProblems) reader.Report(at, "This list is empty.", $"Put in {item.Expected}, or leave the key out.");
        reader.Advance();
        return true;
    }
}
