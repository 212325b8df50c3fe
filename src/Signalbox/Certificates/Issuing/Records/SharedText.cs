using System.Text.Json;
using System.Text.Json.Serialization;

namespace Signalbox.Certificates.Issuing.Records;

/// <summary>Text that thousands of records have in common, such as an issuer's name: one object for all of them. Its values come from the config and from CAs, and are few.</summary>
internal sealed class SharedText : JsonConverter<string>
{
    public override string? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => reader.GetString() is { } text ? string.Intern(text) : null;

    public override void Write(Utf8JsonWriter writer, string value, JsonSerializerOptions options) => writer.WriteStringValue(value);
}
