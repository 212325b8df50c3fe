using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Signalbox.Model;

namespace Signalbox.Certificates.Issuing.Records;

/// <summary>Lists that are equal by value, as JSON arrays. The generated context must know the array of <typeparamref name="T"/>.</summary>
internal sealed class ItemsConverter<T> : JsonConverter<Items<T>>
{
    public override Items<T> Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        (JsonSerializer.Deserialize(ref reader, Array(options)) ?? []).ToItems();

    public override void Write(Utf8JsonWriter writer, Items<T> value, JsonSerializerOptions options) => JsonSerializer.Serialize(writer, [.. value], Array(options));

    private static JsonTypeInfo<T[]> Array(JsonSerializerOptions options) => (JsonTypeInfo<T[]>)options.GetTypeInfo(typeof(T[]));
}
