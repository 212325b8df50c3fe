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
    private const string NoProviderAdvice = "Configure one under certificates.dns, with its zones.";
    private const string AliasAdvice = "Mend the CNAME records of this name.";

    /// <summary>For taking a value out: a command of the user's own may take as long as for putting it in.</summary>
    private static readonly TimeSpan RemoveLimit = TimeSpan.FromMinutes(2);

    /// <summary>When the daemon stops: an update or an API takes a second. What is not done by then, the next start does.</summary>
    private static readonly TimeSpan RemoveLimitAtStop = TimeSpan.FromSeconds(5);

    /// <summary>Tickets of values that are in use; the others are what somebody left behind. Guarded by <see cref="_lock"/>, like the sweep.</summary>
    private readonly HashSet<string> _inUse = new(StringComparer.Ordinal);
    private readonly Lock _lock = new();
    private Task _sweeping = Task.CompletedTask;

    /// <summary>Why the name cannot be shown by DNS here: no provider is for its zone, nor for the one its record was handed to. Null when one is; nothing is asked then.</summary>
    public async ValueTask<Problem?> ObstacleAsync(string host, CancellationToken cancellation)
    {
        var named = ChallengeRecord.NameFor(host);
        if (!named.Succeeded) return named.Problem;
        if (providers.For(named.Value) is not null) return null;
        if (providers.IsEmpty) return Unusable(named.Value, "No DNS provider is configured.", NoProviderAdvice);
        var answer = await lookup.LookUpAsync(named.Value, DnsType.TXT, cancellation);
        if (answer.AliasesFail) return Unusable(named.Value, answer.Said, AliasAdvice);
        return providers.For(answer.Last) is null ? NoProvider(named.Value, answer.Last) : null;
    }

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
        if (answer.AliasesFail) return DnsChange.Refused(null, Unusable(named.Value, answer.Said, AliasAdvice));
        if (providers.For(answer.Last) is not { } provider) return DnsChange.Refused(null, NoProvider(named.Value, answer.Last));
        var ticket = new DnsRecordTicket(provider.Name, answer.Last.Text, value, time.GetUtcNow());
        try
        {
            return await AddAsync(provider, ticket, cancellation);
        }
        catch (Exception)
        {
            // Nobody can tell how far it came, whether it was given up or has a fault.
            await RemoveAsync(ticket, cancellation);
            throw;
        }
    }

    /// <summary>Waits until the zone's servers give the value, or the provider's limit. Null where its configuration says not to look.</summary>
    public async Task<PropagationReport?> WaitAsync(DnsRecordTicket ticket, CancellationToken cancellation) =>
        providers.Options(ticket.Provider)?.Propagation is { } limit && limit > TimeSpan.Zero ? await propagation.WaitAsync(DnsName.Of(ticket.Name), ticket.Value, limit, cancellation) : null;

    /// <summary>
    /// Takes the value out. To be called after each <see cref="PresentAsync"/> that gave a ticket. The ticket is forgotten only when this has succeeded, and stays for
    /// <see cref="SweepAsync"/> otherwise.
    /// </summary>
    /// <param name="ticket">The latest there is.</param>
    /// <param name="stop">Of the order. Cancelled, it does not end this at once: a moment is left, so that a daemon that stops leaves nothing behind.</param>
    public async Task<DnsChange> RemoveAsync(DnsRecordTicket ticket, CancellationToken stop)
    {
        using var limit = new CancellationTokenSource(RemoveLimit, time);
        await using var ending = stop.Register(() => limit.CancelAfter(RemoveLimitAtStop));
        try
        {
            return await TakeOutAsync(ticket, limit.Token);
        }
        catch (OperationCanceledException)
        {
            return new DnsChange(ticket, new Problem(ProblemType.DnsProviderFailed, ProblemSide.System, ticket.Name, $"The TXT value {ticket.Value} was not removed in time.", "It is tried again by itself.", Retry: true));
        }
        finally
        {
            Leave(ticket);
        }
    }

    /// <summary>Takes out what is in nobody's use: what earlier processes left behind, and what could not be removed since. Gives back what could not be.</summary>
    public async Task<Items<DnsChange>> SweepAsync(CancellationToken cancellation)
    {
        var ended = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        List<DnsRecordTicket> left;
        lock (_lock)
        {
            left = [.. tickets.All.Where(ticket => !_inUse.Contains(ticket.Key))];
            _sweeping = ended.Task;
        }

        try
        {
            return (await Task.WhenAll(left.Select(ticket => TakeOutAsync(ticket, cancellation)))).Where(change => !change.Succeeded).ToItems();
        }
        finally
        {
            ended.SetResult();
        }
    }

    private async Task<DnsChange> AddAsync(IDnsProvider provider, DnsRecordTicket ticket, CancellationToken cancellation)
    {
        // An order that is gone on with has the same value as before the crash: a sweep that is taking it out must be over before it is put in again.
        Task sweeping;
        lock (_lock)
        {
            _inUse.Add(ticket.Key);
            sweeping = _sweeping;
        }

        await sweeping.WaitAsync(cancellation).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        cancellation.ThrowIfCancellationRequested();
        if (await tickets.KeepAsync(ticket, cancellation) is { } unkept)
        {
            Leave(ticket);
            return DnsChange.Refused(null, unkept);
        }

        var change = await provider.AddAsync(ticket, cancellation);

        // Should this not be kept, the first ticket still is, and does.
        if (change.Ticket is { } better && better != ticket) await tickets.KeepAsync(ticket = better, cancellation);
        if (change.Succeeded) return change;
        if (change.MayHaveChanged)
        {
            await RemoveAsync(ticket, cancellation);
        }
        else
        {
            await tickets.ForgetAsync(ticket, cancellation);
            Leave(ticket);
        }

        return change;
    }

    private async Task<DnsChange> TakeOutAsync(DnsRecordTicket ticket, CancellationToken cancellation)
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

    private void Leave(DnsRecordTicket ticket)
    {
        lock (_lock) _inUse.Remove(ticket.Key);
    }

    private static Problem NoProvider(DnsName asked, DnsName target) => Unusable(
        asked, target.Equals(asked) ? "No DNS provider is configured for this name's zone." : $"It is an alias of {target}, and no DNS provider is configured for that zone.",
        NoProviderAdvice);

    private static Problem Unusable(DnsName name, string text, string advice) => new(ProblemType.DnsProviderFailed, ProblemSide.Request, name.Text, text, advice);
}
