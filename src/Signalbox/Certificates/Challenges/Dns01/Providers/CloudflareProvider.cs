using System.Net;
using Signalbox.Certificates.Dns.Messages;
using Signalbox.Model;

namespace Signalbox.Certificates.Challenges.Dns01.Providers;

/// <summary>Cloudflare: each value is a record of its own with its own id, so values of one name never touch each other.</summary>
internal sealed class CloudflareProvider(CloudflareProviderOptions options, HttpClient http, TimeProvider time) : IDnsProvider
{
    /// <summary>The API's codes for a record that is there already with the same content.</summary>
    private static readonly int[] AlreadyThere = [81057, 81058];

    private readonly CloudflareApi _api = new(options, http, time);

    public string Name => options.Name;

    public async Task<DnsChange> AddAsync(DnsRecordTicket ticket, CancellationToken cancellation)
    {
        var (zone, failure) = await ZoneAsync(ticket, cancellation);
        if (zone is null) return failure!;
        var known = ticket with { Zone = zone.Name };
        var record = new CloudflareNewRecord("TXT", ticket.Name, Quoted(ticket.Value), options.Ttl, "Signalbox: ACME challenge, removed after validation");
        var created = await _api.CreateAsync(zone.Id, record, cancellation);
        if (created.Succeeded) return new DnsChange(known with { RecordId = created.Result!.Id });

        // An earlier try may have got through without its answer.
        return created.Codes.Any(AlreadyThere.Contains) ? new DnsChange(known) : Failed(known, "add the record", created);
    }

    /// <summary>By its id; or, with a ticket from before the adding was answered, by its content.</summary>
    public async Task<DnsChange> RemoveAsync(DnsRecordTicket ticket, CancellationToken cancellation)
    {
        var (zone, failure) = await ZoneAsync(ticket, cancellation);
        if (zone is null) return failure!;
        List<string> ids = [];
        if (ticket.RecordId is { } id)
        {
            ids.Add(id);
        }
        else
        {
            var listed = await _api.TextsAsync(zone.Id, ticket.Name, cancellation);
            if (!listed.Succeeded) return Failed(ticket, "list the records", listed);
            ids.AddRange(listed.Result!.Where(record => record.Content == ticket.Value || record.Content == Quoted(ticket.Value)).Select(record => record.Id));
        }

        foreach (var record in ids)
        {
            var deleted = await _api.DeleteAsync(zone.Id, record, cancellation);
            if (!deleted.Succeeded && deleted.Status != HttpStatusCode.NotFound) return Failed(ticket, "remove the record", deleted);
        }

        return new DnsChange(ticket);
    }

    /// <summary>The nearest zone upwards that the token may see. A name below the top is asked for each time: an account may have zones within zones.</summary>
    private async Task<(CloudflareZone? Zone, DnsChange? Failure)> ZoneAsync(DnsRecordTicket ticket, CancellationToken cancellation)
    {
        for (var at = DnsName.Of(ticket.Zone ?? ticket.Name); at.Labels.Count > 1; at = at.Parent)
        {
            var found = await _api.ZonesAsync(at.Text, cancellation);
            if (!found.Succeeded) return (null, Failed(ticket, "find the zone", found) with { MayHaveChanged = false });
            if (found.Result!.FirstOrDefault(zone => zone.Name.Equals(at.Text, StringComparison.OrdinalIgnoreCase)) is { } zone) return (zone, null);
        }

        return (null, DnsChange.Refused(ticket, new Problem(ProblemType.DnsProviderFailed, ProblemSide.System, ticket.Name,
            "Cloudflare has no zone for this name that the token may see.", "Give the token the rights Zone:Read and DNS:Edit for the zone.")));
    }

    /// <summary>As the API has TXT contents since 2024: a quoted string.</summary>
    private static string Quoted(string value) => $"\"{value}\"";

    private static DnsChange Failed<T>(DnsRecordTicket ticket, string doing, CloudflareOutcome<T> outcome)
    {
        var (advice, retry) = outcome.Status switch
        {
            HttpStatusCode.TooManyRequests => ("It is tried again when Cloudflare allows it.", true),
            HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden or HttpStatusCode.BadRequest => ("Look at the token: it needs the rights Zone:Read and DNS:Edit for the zone.", false),
            null => ("Look whether this machine reaches the API.", true),
            _ => ((string?)null, !outcome.IsRefusal),
        };
        var problem = new Problem(ProblemType.DnsProviderFailed, ProblemSide.System, ticket.Name, $"Cloudflare could not {doing}: {outcome.Words}.", advice, retry);
        return new DnsChange(ticket, problem, outcome.RetryAfter) { MayHaveChanged = !outcome.IsRefusal };
    }
}
