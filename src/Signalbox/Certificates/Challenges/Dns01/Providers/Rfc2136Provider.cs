using System.Net;
using System.Net.Sockets;
using Signalbox.Certificates.Dns;
using Signalbox.Certificates.Dns.Messages;
using Signalbox.Model;

namespace Signalbox.Certificates.Challenges.Dns01.Providers;

/// <summary>
/// Dynamic updates (RFC 2136) of one record each, without prerequisites: adding what is there and deleting what is not there both succeed, and other
/// values of the name stay.
/// </summary>
internal sealed class Rfc2136Provider(Rfc2136ProviderOptions options, DnsClient client, TimeProvider time) : IDnsProvider
{
    public string Name => options.Name;

    /// <summary>RFC 2136 2.5.1: added as it is to be.</summary>
    public Task<DnsChange> AddAsync(DnsRecordTicket ticket, CancellationToken cancellation) =>
        ChangeAsync(ticket, new DnsRecord(DnsName.Of(ticket.Name), DnsType.TXT, options.Ttl, TxtData.Of(ticket.Value)), cancellation);

    /// <summary>RFC 2136 2.5.4: deleted from its set by class "none" and TTL 0.</summary>
    public Task<DnsChange> RemoveAsync(DnsRecordTicket ticket, CancellationToken cancellation) =>
        ChangeAsync(ticket, new DnsRecord(DnsName.Of(ticket.Name), DnsType.TXT, 0, TxtData.Of(ticket.Value), DnsClass.None), cancellation);

    private async Task<DnsChange> ChangeAsync(DnsRecordTicket ticket, DnsRecord change, CancellationToken cancellation)
    {
        var (server, unknown) = await ServerAsync(cancellation);
        if (server is null) return DnsChange.Refused(ticket, Failed(ticket, unknown!, "Look at the server's name in the provider's configuration.", retry: true));
        var (zone, obstacle) = await ZoneAsync(server, ticket, cancellation);
        if (zone is null) return DnsChange.Refused(ticket, obstacle!);
        var known = ticket with { Zone = zone.Text };
        var header = new DnsHeader(DnsClient.NewId()) { Opcode = DnsOpcode.Update };
        var update = new DnsMessage(header, [new DnsQuestion(zone, DnsType.SOA)]) { Authority = [change] };
        var (answer, fault) = await ExchangeAsync(server, update, cancellation);
        if (answer is null) return new DnsChange(known, Failed(ticket, $"{server}: {fault}", null, retry: true));
        return answer.Rcode == DnsRcode.NoError ? new DnsChange(known) : DnsChange.Refused(known, Refusal(ticket, server, zone, answer.Rcode));
    }

    /// <summary>The zone that was found before, that is configured, or that the server says the name is in: the nearest one upwards it has an SOA record of.</summary>
    private async Task<(DnsName? Zone, Problem? Obstacle)> ZoneAsync(DnsServer server, DnsRecordTicket ticket, CancellationToken cancellation)
    {
        if (options.Zone is { } configured) return (configured, null);
        if (ticket.Zone is { } known) return (DnsName.Of(known), null);
        for (var at = DnsName.Of(ticket.Name); !at.IsRoot; at = at.Parent)
        {
            var (answer, fault) = await ExchangeAsync(server, new DnsMessage(new DnsHeader(DnsClient.NewId()), [new DnsQuestion(at, DnsType.SOA)]), cancellation);
            if (answer is null) return (null, Failed(ticket, $"{server}: {fault}", null, retry: true));
            if (answer.Header.IsAuthoritative && answer.AnswersFor(at, DnsType.SOA).Any()) return (at, null);
        }

        return (null, Failed(ticket, $"{server} has no zone this name is in.", "Name the zone's primary server in the provider's configuration.", retry: false));
    }

    /// <summary>A message there and back, both signed. An answer that is not signed as it should be says nothing.</summary>
    private async Task<(DnsMessage? Answer, string? Fault)> ExchangeAsync(DnsServer server, DnsMessage message, CancellationToken cancellation)
    {
        var (octets, mac) = options.Key is { } key ? Tsig.Sign(message, key, time.GetUtcNow()) : (DnsCodec.Encode(message), Array.Empty<byte>());
        var (answer, fault) = options.Tcp ? await client.OverTcpAsync(server, octets, cancellation) : await client.OverUdpAsync(server, octets, cancellation);
        if (answer is null) return (null, fault);
        if (options.Key is { } shared && Tsig.Distrust(answer, mac, shared, time.GetUtcNow()) is { } reason) return (null, $"{reason} Key: {shared.Name}.");
        return DnsCodec.Decode(answer) is { } read ? (read, null) : (null, "The answer cannot be read.");
    }

    private async Task<(DnsServer? Server, string? Unknown)> ServerAsync(CancellationToken cancellation)
    {
        var (host, port) = (options.Server.Host, options.Server.Port);
        if (IPAddress.TryParse(host, out var address)) return (new DnsServer(new IPEndPoint(address, port)), null);
        try
        {
            var addresses = await System.Net.Dns.GetHostAddressesAsync(host, cancellation);
            return addresses.Length > 0 ? (new DnsServer(host, new IPEndPoint(addresses[0], port)), null) : (null, $"The server {host} has no address.");
        }
        catch (SocketException error)
        {
            return (null, $"The server {host} could not be found: {error.Message}.");
        }
    }

    private static Problem Refusal(DnsRecordTicket ticket, DnsServer server, DnsName zone, DnsRcode code) => Failed(ticket, $"{server} refused the update of {zone}: {code.Word()}.", code switch
    {
        DnsRcode.Refused => "Allow the key to update TXT records of this name in the zone (BIND: update-policy).",
        DnsRcode.NotAuth or DnsRcode.NotZone => "Name the zone's primary server, and the right zone.",
        DnsRcode.ServFail => "Look into the server's log; BIND says so when it cannot write the zone's journal.",
        _ => "Look into the server's log.",
    }, retry: code == DnsRcode.ServFail);

    private static Problem Failed(DnsRecordTicket ticket, string text, string? advice, bool retry) =>
        new(ProblemType.DnsProviderFailed, ProblemSide.System, ticket.Name, text, advice, retry);
}
