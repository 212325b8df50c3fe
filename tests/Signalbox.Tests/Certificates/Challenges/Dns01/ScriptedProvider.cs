using System.Collections.Concurrent;
using Signalbox.Certificates.Challenges.Dns01;
using Signalbox.Certificates.Dns.Messages;
using Signalbox.Model;
using Signalbox.Tests.Certificates.Dns;

namespace Signalbox.Tests.Certificates.Challenges.Dns01;

/// <summary>A provider that changes a scripted zone, or fails as it is told.</summary>
internal sealed class ScriptedProvider(string name, ScriptedZone? zone = null) : IDnsProvider
{
    public string Name => name;

    public ConcurrentQueue<string> Calls { get; } = new();

    public Func<DnsRecordTicket, DnsChange>? OnAdd { get; set; }

    public Func<DnsRecordTicket, DnsChange>? OnRemove { get; set; }

    public Task<DnsChange> AddAsync(DnsRecordTicket ticket, CancellationToken cancellation)
    {
        Calls.Enqueue($"add {ticket.Name} {ticket.Value}");
        if (OnAdd is { } on) return Task.FromResult(on(ticket));
        zone?.Txt(ticket.Name, ticket.Value);
        return Task.FromResult(new DnsChange(ticket with { RecordId = "id" }));
    }

    public Task<DnsChange> RemoveAsync(DnsRecordTicket ticket, CancellationToken cancellation)
    {
        Calls.Enqueue($"remove {ticket.Name} {ticket.Value}");
        if (OnRemove is { } on) return Task.FromResult(on(ticket));
        zone?.Remove(ticket.Name, DnsType.TXT, TxtData.Of(ticket.Value));
        return Task.FromResult(new DnsChange(ticket));
    }

    public static Problem Broken { get; } = new(ProblemType.DnsProviderFailed, ProblemSide.System, "x", "It is broken.");
}
