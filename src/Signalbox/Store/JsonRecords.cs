using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Signalbox.Store;

/// <summary>Reads records whose owners keep them as JSON. One that cannot be read, as another version wrote it or it is damaged, is as if it had not been written.</summary>
internal static class JsonRecords
{
    /// <param name="store">Where they are kept.</param>
    /// <param name="kind">Of the records.</param>
    /// <param name="type">How they are read. Asked for with the first one: a start without any is not to take the time that it takes to put together.</param>
    public static List<T> LoadJson<T>(this IRecordStore store, string kind, Func<JsonTypeInfo<T>> type)
        where T : class
    {
        var records = new List<T>();
        store.Read(kind, value =>
        {
            if (Read(value, type()) is { } read) records.Add(read);
        });
        return records;
    }

    /// <summary>One record's value, in UTF-8; null when it cannot be read.</summary>
    public static T? Read<T>(ReadOnlySpan<byte> value, JsonTypeInfo<T> type)
        where T : class
    {
        try
        {
            return JsonSerializer.Deserialize(value, type);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
