using System.Data.Common;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Signalbox.Certificates.Issuing.Limits;
using Signalbox.Model;
using Signalbox.Store;

namespace Signalbox.Certificates.Issuing.Records;

/// <summary>
/// What is known of certificates across restarts: read whole at a start, and written change by change, each whole and flushed before what it announces is done.
/// A record that cannot be read is left out: the worst that follows is one order more.
/// </summary>
internal sealed class IssuingStore(IRecordStore store)
{
    private const string Certificates = "certificate";
    private const string Names = "certificate-name";
    private const string Orders = "certificate-order";
    private const string Cas = "certificate-ca";
    private const string Revocations = "certificate-revocation";
    private const string Ledgers = "certificate-ledger";

    /// <summary>Among the buckets of a CA: the latest time its ledger has seen.</summary>
    private const string Clock = "clock";

    public IReadOnlyList<CertificateRecord> LoadCertificates() => store.LoadJson(Certificates, () => IssuingJson.Default.CertificateRecord);

    /// <summary>Without their evidence, which is most of what is kept of a name and seldom asked for: <see cref="Whole"/> brings it.</summary>
    public IReadOnlyList<NameRecord> LoadNames() => [.. store.LoadJson(Names, () => IssuingJson.Default.BriefName).Select(brief => brief.ToRecord())];

    /// <summary>The record with its evidence. Reads the database where that is not at hand, and goes without where that cannot be read: it is for people alone.</summary>
    public NameRecord Whole(NameRecord record)
    {
        if (!record.IsBrief) return record;
        try
        {
            var evidence = store.Find(Names, record.Name) is { } stored && JsonRecords.Read(Encoding.UTF8.GetBytes(stored.Value), IssuingJson.Default.NameRecord) is { } whole ? whole.Evidence : default;
            return record with { Evidence = evidence, IsBrief = false };
        }
        catch (DbException)
        {
            return record;
        }
    }

    public IReadOnlyList<OrderRecord> LoadOrders() => store.LoadJson(Orders, () => IssuingJson.Default.OrderRecord);

    public IReadOnlyList<CaRecord> LoadCas() => store.LoadJson(Cas, () => IssuingJson.Default.CaRecord);

    public IReadOnlyList<RevocationRecord> LoadRevocations() => store.LoadJson(Revocations, () => IssuingJson.Default.RevocationRecord);

    /// <summary>The buckets that were spent from at one CA.</summary>
    public Ledger LoadLedger(Uri directory)
    {
        var (ledger, prefix) = (Ledger.Empty(CaLimits.None), directory + "|");
        var spent = store.Load(Ledgers).Where(record => record.Key.StartsWith(prefix, StringComparison.Ordinal) && IsTime(record.Value))
            .ToDictionary(record => record.Key[prefix.Length..], record => Time(record.Value));
        spent.Remove(Clock, out var seen);
        return ledger with { FullAt = ledger.FullAt.AddRange(spent), Seen = seen };
    }

    public ValueTask<Problem?> CommitAsync(params IReadOnlyList<RecordChange> changes) => store.CommitAsync(changes, CancellationToken.None);

    public static RecordChange Put(CertificateRecord record) => new(Certificates, record.Name, JsonSerializer.Serialize(record, IssuingJson.Default.CertificateRecord));

    public static RecordChange Put(NameRecord record) => new(Names, record.Name, record.IsBlank ? null : JsonSerializer.Serialize(record, IssuingJson.Default.NameRecord));

    public static RecordChange Put(OrderRecord record) => new(Orders, record.Id, JsonSerializer.Serialize(record, IssuingJson.Default.OrderRecord));

    public static RecordChange Put(CaRecord record) => new(Cas, record.Directory.ToString(), JsonSerializer.Serialize(record, IssuingJson.Default.CaRecord));

    public static RecordChange Put(RevocationRecord record) => new(Revocations, record.Name, JsonSerializer.Serialize(record, IssuingJson.Default.RevocationRecord));

    public static RecordChange Remove(RevocationRecord record) => new(Revocations, record.Name, null);

    public static RecordChange Remove(OrderRecord record) => new(Orders, record.Id, null);

    public static RecordChange Remove(CertificateRecord record) => new(Certificates, record.Name, null);

    public static RecordChange Remove(NameRecord record) => new(Names, record.Name, null);

    /// <summary>Orders that cannot be read, whatever wrote them: nothing can be gone on with, and they would stay for good.</summary>
    public IEnumerable<RecordChange> RemoveUnreadableOrders() =>
        store.Load(Orders).Select(record => record.Key).Except(LoadOrders().Select(order => order.Id)).Select(key => new RecordChange(Orders, key, null));

    /// <summary>The buckets these names have to do with; all, where all have moved.</summary>
    public static IEnumerable<RecordChange> Put(Uri directory, Ledger ledger, IReadOnlyCollection<string> names) =>
        (ledger.IsMoved ? ledger.FullAt.Keys : Ledger.Touched(names).Where(ledger.FullAt.ContainsKey)).Select(key => Bucket(directory, key, ledger.FullAt[key])).Append(Bucket(directory, Clock, ledger.Seen));

    public static IEnumerable<RecordChange> Remove(Uri directory, IEnumerable<string> buckets) => buckets.Select(key => Bucket(directory, key, null));

    private static RecordChange Bucket(Uri directory, string key, DateTimeOffset? time) => new(Ledgers, $"{directory}|{key}", time?.ToString("O", CultureInfo.InvariantCulture));

    private static bool IsTime(string text) => DateTimeOffset.TryParseExact(text, "O", CultureInfo.InvariantCulture, DateTimeStyles.None, out _);

    private static DateTimeOffset Time(string text) => DateTimeOffset.ParseExact(text, "O", CultureInfo.InvariantCulture, DateTimeStyles.None);
}
