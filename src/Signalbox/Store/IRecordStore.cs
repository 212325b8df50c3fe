using System.Text;
using Signalbox.Model;

namespace Signalbox.Store;

/// <summary>
/// Durable state beside the claims: small records of other rooms, by kind and key. A commit is whole or not at all and flushed to the disk before it is
/// answered: what is kept here is what must be known after a crash, such as that an order was begun.
/// </summary>
internal interface IRecordStore
{
    /// <summary>All records of a kind, in the order of their keys. Reads the database: once, at a start.</summary>
    IReadOnlyList<StoredRecord> Load(string kind);

    /// <summary>The same without holding them all: each is shown once, in the order of the keys. For kinds with thousands of records.</summary>
    void Read(string kind, RecordReader reader)
    {
        foreach (var record in Load(kind)) reader(Encoding.UTF8.GetBytes(record.Value));
    }

    /// <summary>One record, or null. Reads the database: for what is asked for now and then and not worth its memory.</summary>
    StoredRecord? Find(string kind, string key);

    /// <summary>Puts and removes records in one transaction. Problems: <see cref="ProblemType.StoreFull"/>, <see cref="ProblemType.StoreDamaged"/>; then nothing of it is kept.</summary>
    ValueTask<Problem?> CommitAsync(IReadOnlyList<RecordChange> changes, CancellationToken cancellation);
}

/// <summary>One record as it is kept. The value is its owner's to read.</summary>
internal sealed record StoredRecord(string Key, string Value);

/// <summary>Is shown one record's value, in UTF-8, which is there until it returns.</summary>
internal delegate void RecordReader(ReadOnlySpan<byte> value);

/// <summary>One record put, or removed where the value is null. Of several changes of one record the last counts.</summary>
internal sealed record RecordChange(string Kind, string Key, string? Value);
