using System.Collections.Concurrent;
using Signalbox.Certificates.Challenges.Dns01;
using Signalbox.Model;

namespace Signalbox.Tests.Certificates.Challenges.Dns01;

/// <summary>Tickets as a file would hold them: written and read as JSON.</summary>
internal sealed class MemoryTickets : IDnsTickets
{
    private readonly ConcurrentDictionary<string, string> _kept = new();

    public Items<DnsRecordTicket> All => _kept.Values.Select(json => DnsRecordTicket.FromJson(json)!).ToItems();

    /// <summary>In place of keeping anything.</summary>
    public Problem? Full { get; set; }

    public ValueTask<Problem?> KeepAsync(DnsRecordTicket ticket, CancellationToken cancellation)
    {
        if (Full is null) _kept[ticket.Key] = ticket.ToJson();
        return ValueTask.FromResult(Full);
    }

    public ValueTask<Problem?> ForgetAsync(DnsRecordTicket ticket, CancellationToken cancellation)
    {
        _kept.TryRemove(ticket.Key, out _);
        return ValueTask.FromResult<Problem?>(null);
    }
}
