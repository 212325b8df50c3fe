using System.Collections.Concurrent;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Signalbox.Certificates.Issuing.Records;

/// <summary>The URL of a CA's directory, which thousands of records have in common: one object for all of them, as each would be several hundred bytes.</summary>
internal sealed class SharedUrl : JsonConverter<Uri>
{
    private static readonly ConcurrentDictionary<string, Uri> Known = new(StringComparer.Ordinal);

    public override Uri? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.GetString() is not { } text ? null
        : Known.TryGetValue(text, out var known) ? known
        : Uri.TryCreate(text, UriKind.Absolute, out var url) ? Known.GetOrAdd(text, url) : throw new JsonException($"“{text}” is no URL.");

    public override void Write(Utf8JsonWriter writer, Uri value, JsonSerializerOptions options) => writer.WriteStringValue(value.OriginalString);
}
