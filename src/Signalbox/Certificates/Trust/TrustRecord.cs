using System.Text.Json;
using System.Text.Json.Serialization;
using Signalbox.Model;
using Signalbox.Store;

namespace Signalbox.Certificates.Trust;

/// <summary>
/// Everything <c>trust</c> did, in the home (<see cref="HomeLayout.TrustRecord"/>). Each entry is written before the change it tells of and settled after it,
/// so that a kill in between leaves nothing that <c>untrust</c> does not know. Held under <see cref="HomeLayout.TrustLock"/>.
/// </summary>
internal sealed class TrustRecord(HomeLayout home, List<TrustEntry> entries)
{
    public IReadOnlyList<TrustEntry> Entries => [.. entries];

    /// <summary>The record; empty when nothing was ever done. Throws what a disk throws (<see cref="AtomicFile.IsDiskFailure"/>).</summary>
    public static Outcome<TrustRecord> Load(HomeLayout home)
    {
        if (!File.Exists(home.TrustRecord)) return new TrustRecord(home, []);
        try
        {
            return new TrustRecord(home, JsonSerializer.Deserialize(File.ReadAllBytes(home.TrustRecord), TrustJson.Default.ListTrustEntry) ?? []);
        }
        catch (JsonException error)
        {
            return new Problem(ProblemType.StoreDamaged, ProblemSide.Daemon, home.TrustRecord,
                $"The record of what “signalbox trust” did cannot be read: {error.Message}",
                "Restore it from a backup; or remove it, and take the authorities whose name begins with “signalbox” or “Signalbox local authority” out by hand.");
        }
    }

    public TrustEntry? Find(TrustEntry wanted) => entries.Find(entry => entry.IsSamePlace(wanted));

    public void Put(TrustEntry entry)
    {
        entries.RemoveAll(entry.IsSamePlace);
        entries.Add(entry);
        Save();
    }

    public void Remove(TrustEntry entry)
    {
        if (entries.RemoveAll(entry.IsSamePlace) > 0) Save();
    }

    private void Save()
    {
        if (entries.Count == 0) File.Delete(home.TrustRecord);
        else AtomicFile.Write(home.TrustRecord, JsonSerializer.SerializeToUtf8Bytes(entries, TrustJson.Default.ListTrustEntry), AtomicFile.Secret);
    }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UseStringEnumConverter = true, WriteIndented = true)]
[JsonSerializable(typeof(List<TrustEntry>))]
internal sealed partial class TrustJson : JsonSerializerContext;
