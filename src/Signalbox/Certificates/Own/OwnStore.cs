using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Signalbox.Model;
using Signalbox.Store;

namespace Signalbox.Certificates.Own;

/// <summary>What is known of own certificates across restarts: the index of imports, and which files the last right config named, for a start with one that is wrong.</summary>
internal sealed class OwnStore(IRecordStore store)
{
    private const string Imports = "certificate-import";
    private const string Files = "certificate-files";

    public IReadOnlyList<ImportRecord> LoadImports() => Load(Imports, json => json.ImportRecord);

    public IReadOnlyList<OwnFiles> LoadFiles() => Load(Files, json => json.OwnFiles);

    /// <summary>Puts one import and removes others, in one transaction.</summary>
    public ValueTask<Problem?> PutAsync(ImportRecord? import, IEnumerable<ImportRecord> gone)
    {
        var changes = gone.Select(record => new RecordChange(Imports, record.Id, null));
        if (import is not null) changes = changes.Append(new RecordChange(Imports, import.Id, JsonSerializer.Serialize(import, OwnJson.Default.ImportRecord)));
        return store.CommitAsync([.. changes], CancellationToken.None);
    }

    public ValueTask<Problem?> KeepAsync(Items<OwnFiles> before, Items<OwnFiles> after)
    {
        var gone = before.ExceptBy(after.Select(files => files.Host), files => files.Host).Select(files => new RecordChange(Files, files.Host, null));
        var set = after.Except(before).Select(files => new RecordChange(Files, files.Host, JsonSerializer.Serialize(files, OwnJson.Default.OwnFiles)));
        return store.CommitAsync([.. gone, .. set], CancellationToken.None);
    }

    /// <param name="kind">Of the records.</param>
    /// <param name="type">How they are read; asked for with the first one, as it takes a start some time to put together.</param>
    private List<T> Load<T>(string kind, Func<OwnJson, JsonTypeInfo<T>> type)
        where T : class
    {
        var records = new List<T>();
        foreach (var record in store.Load(kind))
        {
            try
            {
                if (JsonSerializer.Deserialize(record.Value, type(OwnJson.Default)) is { } read) records.Add(read);
            }
            catch (JsonException)
            {
                // Written by another version, or damaged: as if it had not been written.
            }
        }

        return records;
    }
}
