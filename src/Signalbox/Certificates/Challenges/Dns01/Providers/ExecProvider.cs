using System.Collections.Concurrent;
using Signalbox.Model;

namespace Signalbox.Certificates.Challenges.Dns01.Providers;

/// <summary>A command of the user's own adds and removes values: see <see cref="ExecProviderOptions"/>.</summary>
internal sealed class ExecProvider(ExecProviderOptions options, TimeProvider time) : IDnsProvider
{
    private const string Add = "add";
    private const string Remove = "remove";

    private readonly BoundedCommand _command = new(time, options.Timeout);

    /// <summary>
    /// Scripts read what a name has, change it, and write it back. Two at once for one name, as for a wildcard and its apex, would lose a value.
    /// One small object stays for each name ever validated.
    /// </summary>
    private readonly ConcurrentDictionary<string, SemaphoreSlim> _turns = new(StringComparer.Ordinal);

    public string Name => options.Name;

    public Task<DnsChange> AddAsync(DnsRecordTicket ticket, CancellationToken cancellation) => RunAsync(Add, ticket, cancellation);

    public Task<DnsChange> RemoveAsync(DnsRecordTicket ticket, CancellationToken cancellation) => RunAsync(Remove, ticket, cancellation);

    private async Task<DnsChange> RunAsync(string action, DnsRecordTicket ticket, CancellationToken cancellation)
    {
        var turn = _turns.GetOrAdd(ticket.Name, _ => new SemaphoreSlim(1));
        await turn.WaitAsync(cancellation);
        try
        {
            Dictionary<string, string> variables = new()
            {
                ["SIGNALBOX_DNS_ACTION"] = action, ["SIGNALBOX_DNS_NAME"] = ticket.Name, ["SIGNALBOX_DNS_VALUE"] = ticket.Value,
            };
            var end = await _command.RunAsync(options.Program, [.. options.Arguments, action, ticket.Name, ticket.Value], variables, cancellation);
            return end switch
            {
                { Exit: 0 } => new DnsChange(ticket),
                { Started: false } => DnsChange.Refused(ticket, Failed(action, ticket, "could not be started", end.Words, "Look at the path and at the rights of the file.", retry: false)),
                { Exit: null } => new DnsChange(ticket, Failed(action, ticket, $"was killed after {options.Timeout.TotalSeconds:0.#} s", end.Words, "Give it a longer timeout, or look why it takes so long.", retry: true)),
                _ => new DnsChange(ticket, Failed(action, ticket, $"ended with exit code {end.Exit}", end.Words, "Run it by hand with the same arguments.", retry: true)),
            };
        }
        finally
        {
            turn.Release();
        }
    }

    private Problem Failed(string action, DnsRecordTicket ticket, string what, string words, string advice, bool retry)
    {
        var command = string.Join(' ', options.Arguments.Prepend(options.Program).Append(action));
        return new Problem(ProblemType.DnsProviderFailed, ProblemSide.System, ticket.Name, $"The command “{command}” {what}{(words.Length > 0 ? $": {words}" : ".")}", advice, retry);
    }
}
