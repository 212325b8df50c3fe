using Signalbox.Certificates.Dns;
using Signalbox.Certificates.Dns.Messages;
using Signalbox.Model;

namespace Signalbox.Certificates.Challenges.Dns01;

/// <summary>
/// Shows control over a name by DNS (RFC 8555 8.4). In three parts, so that the slow one of many names runs at the same time: the value is added, it is
/// waited for, and when the authority has looked it is taken out again, whatever became of the rest.
/// </summary>
internal sealed class DnsChallenge(DnsProviderTable providers, AuthoritativeLookup lookup, Propagation propagation, IDnsTickets tickets, TimeProvider time)
{
    /// <summary>
    /// Steps: 1. the record's name; 2. where its alias leads, if it was handed to another zone; 3. the provider for that zone; 4. the ticket, kept before
    /// anything is done, because a process can end at any instant; 5. the value; 6. what the provider knows of it now, kept too. After a failure the value
    /// is taken out at once, unless it is known not to be there.
    /// </summary>
    /// <param name="host">The name to be validated; a wildcard's <c>*.</c> is left out.</param>
    /// <param name="value">From <see cref="ChallengeRecord.ValueFor"/>.</param>
    public async Task<DnsChange> PresentAsync(string host, string value, CancellationToken cancellation)
    {
        var named = ChallengeRecord.NameFor(host);
        if (!named.Succeeded) return DnsChange.Refused(null, named.Problem);

        // What cannot be asked is taken for no alias: the authority may see more than we do.
        var answer = await lookup.LookUpAsync(named.Value, DnsType.TXT, cancellation);
        if (answer.AliasesFail) return DnsChange.Refused(null, Unusable(named.Value, answer.Said, "Mend the CNAME records of this name."));
        if (providers.For(answer.Last) is not { } provider) return DnsChange.Refused(null, NoProvider(named.Value, answer.Last));
        var ticket = new DnsRecordTicket(provider.Name, answer.Last.Text, value, time.GetUtcNow());
        if (await tickets.KeepAsync(ticket, cancellation) is { } unkept) return DnsChange.Refused(null, unkept);
        var change = await provider.AddAsync(ticket, cancellation);

        // Should this not be kept, the first ticket still is, and does.
        if (change.Ticket is { } better && better != ticket) await tickets.KeepAsync(ticket = better, cancellation);
        if (change.Succeeded) return change;
        if (change.MayHaveChanged) await RemoveAsync(ticket, cancellation);
        else await tickets.ForgetAsync(ticket, cancellation);
        return change;
    }

    /// <summary>Waits until the zone's servers give the value, or the limit.</summary>
    public Task<PropagationReport> WaitAsync(DnsRecordTicket ticket, CancellationToken cancellation) =>
        propagation.WaitAsync(DnsName.Of(ticket.Name), ticket.Value, cancellation);

    /// <summary>
    /// Takes the value out. To be called after each <see cref="PresentAsync"/> that gave a ticket, and not to be cancelled along with the order: the ticket
    /// is forgotten only when this has succeeded, and stays for <see cref="SweepAsync"/> otherwise.
    /// </summary>
    public async Task<DnsChange> RemoveAsync(DnsRecordTicket ticket, CancellationToken cancellation)
    {
        if (providers.Named(ticket.Provider) is not { } provider)
        {
            return DnsChange.Refused(ticket, new Problem(ProblemType.DnsProviderFailed, ProblemSide.Request, ticket.Name,
                $"The TXT value {ticket.Value} cannot be removed: there is no DNS provider “{ticket.Provider}” any more.", "Remove it by hand, or bring the provider back."));
        }

        var change = await provider.RemoveAsync(ticket, cancellation);
        if (change.Succeeded) await tickets.ForgetAsync(ticket, cancellation);
        return change;
    }

    /// <summary>Takes out what earlier processes left behind; gives back what could not be. To be called before the first order, one time.</summary>
    public async Task<Items<DnsChange>> SweepAsync(CancellationToken cancellation)
    {
        return (await Task.WhenAll(tickets.All.Select(ticket => RemoveAsync(ticket, cancellation)))).Where(change => !change.Succeeded).ToItems();
    }

    private static Problem NoProvider(DnsName asked, DnsName target) => Unusable(
        asked, target.Equals(asked) ? "No DNS provider is configured for this name's zone." : $"It is an alias of {target}, and no DNS provider is configured for that zone.",
        "Configure one under certificates.dns, with its zones.");

    private static Problem Unusable(DnsName name, string text, string advice) => new(ProblemType.DnsProviderFailed, ProblemSide.Request, name.Text, text, advice);
}
