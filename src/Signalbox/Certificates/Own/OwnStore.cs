using System.Text.Json;
using Signalbox.Model;
using Signalbox.Store;

namespace Signalbox.Certificates.Own;

/// <summary>What is known of own certificates across restarts: the index of imports, and which files the last right config named, for a start with one that is wrong.</summary>
internal sealed class OwnStore(IRecordStore store)
{
    private const string Imports = "certificate-import";
    private const string Files = "certificate-files";

    public IReadOnlyList<ImportRecord> LoadImports() => store.LoadJson(Imports, () => OwnJson.Default.ImportRecord);

    public IReadOnlyList<OwnFiles> LoadFiles() => store.LoadJson(Files, () => OwnJson.Default.OwnFiles);

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
}
