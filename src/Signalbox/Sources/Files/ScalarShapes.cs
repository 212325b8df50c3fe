using System.Globalization;
using System.Text.Json.Nodes;
using YamlDotNet.Core.Events;

namespace Signalbox.Sources.Files;

/// <summary>
/// Text. A plain number or true/false is not text unless <paramref name="takesNumber"/> says that a number is meant as such (a target may be a bare
/// port).
/// </summary>
internal sealed class TextShape(bool takesNumber = false) : ConfigShape<Located<string>>
{
    public override string Expected => "text";

    public override JsonObject Schema() => new() { ["type"] = takesNumber ? new JsonArray("string", "integer", "null") : new JsonArray("string", "null") };

    protected override bool TryReadValue(ConfigReader reader, ParsingEvent at, out Located<string> value)
    {
        value = default;
        if (at is not Scalar scalar) return Wrong(reader, at);
        if (YamlScalar.IsFlag(scalar) || (!takesNumber && YamlScalar.IsNumber(scalar))) return Wrong(reader, at, "If it is meant as text, put it in quotes.");
        value = new Located<string>(scalar.Value, ConfigReader.Line(at), ConfigReader.Column(at));
        reader.Advance();
        return true;
    }
}

/// <summary>One of a few words.</summary>
internal sealed class ChoiceShape(params string[] words) : ConfigShape<Located<string>>
{
    public override string Expected => "one of " + string.Join(", ", words);

    public override JsonObject Schema() => new() { ["enum"] = new JsonArray([.. words.Select(word => (JsonNode)word), null]) };

    protected override bool TryReadValue(ConfigReader reader, ParsingEvent at, out Located<string> value)
    {
        value = default;
        if (at is not Scalar scalar || !words.Contains(scalar.Value)) return Wrong(reader, at);
        value = new Located<string>(scalar.Value, ConfigReader.Line(at), ConfigReader.Column(at));
        reader.Advance();
        return true;
    }
}

/// <summary>A whole number within bounds.</summary>
internal sealed class NumberShape(int least, int most) : ConfigShape<Located<int>>
{
    public override string Expected => $"a number from {least} to {most}";

    public override JsonObject Schema() => new() { ["type"] = new JsonArray("integer", "null"), ["minimum"] = least, ["maximum"] = most };

    protected override bool TryReadValue(ConfigReader reader, ParsingEvent at, out Located<int> value)
    {
        value = default;
        if (at is not Scalar scalar || !YamlScalar.IsNumber(scalar)) return Wrong(reader, at);
        var fits = int.TryParse(scalar.Value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number);
        if (!fits || number < least || number > most) return Wrong(reader, at);
        value = new Located<int>(number, ConfigReader.Line(at), ConfigReader.Column(at));
        reader.Advance();
        return true;
    }
}

/// <summary>true or false.</summary>
internal sealed class FlagShape : ConfigShape<Located<bool>>
{
    public override string Expected => "true or false";

    public override JsonObject Schema() => new() { ["type"] = new JsonArray("boolean", "null") };

    protected override bool TryReadValue(ConfigReader reader, ParsingEvent at, out Located<bool> value)
    {
        value = default;
        if (at is not Scalar scalar || !YamlScalar.IsFlag(scalar)) return Wrong(reader, at);
        value = new Located<bool>(scalar.Value[0] is 't' or 'T', ConfigReader.Line(at), ConfigReader.Column(at));
        reader.Advance();
        return true;
    }
}
