using System.Collections.Concurrent;
using Signalbox.Model;
using Signalbox.Store;

namespace Signalbox.Certificates.Challenges.Dns01;

/// <summary>Tickets in the store, and in memory beside it: the store is read once.</summary>
internal sealed class StoredDnsTickets : IDnsTickets
{
    /// <summary>Their kind among the store's records.</summary>
    public const string Kind = "dns-ticket";

    private readonly IRecordStore _store;
    private readonly ConcurrentDictionary<string, DnsRecordTicket> _tickets;

    /// <summary>What cannot be read is left where it is: it names no record anybody could remove.</summary>
    public StoredDnsTickets(IRecordStore store)
    {
        _store = store;
        var kept = store.Load(Kind).Select(record => DnsRecordTicket.FromJson(record.Value)).OfType<DnsRecordTicket>();
        _tickets = new(kept.Select(ticket => KeyValuePair.Create(ticket.Key, ticket)));
    }

    public Items<DnsRecordTicket> All => _tickets.Values.OrderBy(ticket => ticket.MadeAt).ThenBy(ticket => ticket.Key, StringComparer.Ordinal).ToItems();

    public async ValueTask<Problem?> KeepAsync(DnsRecordTicket ticket, CancellationToken cancellation)
    {
        if (await _store.CommitAsync([new RecordChange(Kind, ticket.Key, ticket.ToJson())], cancellation) is { } problem) return problem;
        _tickets[ticket.Key] = ticket;
        return null;
    }

    public async ValueTask<Problem?> ForgetAsync(DnsRecordTicket ticket, CancellationToken cancellation)
    {
        if (await _store.CommitAsync([new RecordChange(Kind, ticket.Key, null)], cancellation) is { } problem) return problem;
        _tickets.TryRemove(ticket.Key, out _);
        return null;
    }
}
