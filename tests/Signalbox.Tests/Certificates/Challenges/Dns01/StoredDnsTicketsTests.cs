using Signalbox.Certificates.Challenges.Dns01;
using Signalbox.Model;
using Signalbox.Store;

namespace Signalbox.Tests.Certificates.Challenges.Dns01;

public sealed class StoredDnsTicketsTests
{
    private static readonly DnsRecordTicket Ticket = new("p", "_acme-challenge.example", "value", DateTimeOffset.UnixEpoch);

    [Fact]
    public async Task Keep_ThenAnotherProcess_FindsWhatIsStillToBeRemoved()
    {
        var store = new MemoryRecords();
        var tickets = new StoredDnsTickets(store);
        await tickets.KeepAsync(Ticket, CancellationToken.None);
        await tickets.KeepAsync(Ticket with { RecordId = "id" }, CancellationToken.None);
        await tickets.KeepAsync(Ticket with { Value = "other" }, CancellationToken.None);
        await tickets.ForgetAsync(Ticket with { Value = "other" }, CancellationToken.None);
        new StoredDnsTickets(store).All.ShouldBe([Ticket with { RecordId = "id" }]);
    }

    [Fact]
    public async Task Keep_WhatCannotBeWritten_IsNotKept()
    {
        var full = new Problem(ProblemType.StoreFull, ProblemSide.System, "disk", "The disk is full.");
        var tickets = new StoredDnsTickets(new MemoryRecords { Full = full });
        (await tickets.KeepAsync(Ticket, CancellationToken.None)).ShouldBe(full);
        tickets.All.ShouldBeEmpty();
    }

    private sealed class MemoryRecords : IRecordStore
    {
        private readonly SortedDictionary<string, string> _records = new(StringComparer.Ordinal);

        public Problem? Full { get; init; }

        public IReadOnlyList<StoredRecord> Load(string kind) => [.. _records.Select(record => new StoredRecord(record.Key, record.Value)), new StoredRecord("x", "not a ticket")];

        public StoredRecord? Find(string kind, string key) => _records.TryGetValue(key, out var value) ? new StoredRecord(key, value) : null;

        public ValueTask<Problem?> CommitAsync(IReadOnlyList<RecordChange> changes, CancellationToken cancellation)
        {
            foreach (var change in changes.Where(_ => Full is null))
            {
                if (change.Value is { } value) _records[change.Key] = value;
                else _records.Remove(change.Key);
            }

            return ValueTask.FromResult(Full);
        }
    }
}
