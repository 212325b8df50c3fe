namespace Signalbox.Certificates.Challenges.Dns01.Providers;

/// <summary>A provider that makes a bounded number of changes at one time; the others wait their turn.</summary>
internal sealed class BoundedProvider(IDnsProvider provider, int atOnce) : IDnsProvider, IDisposable
{
    private readonly SemaphoreSlim _turns = new(atOnce);

    public string Name => provider.Name;

    public Task<DnsChange> AddAsync(DnsRecordTicket ticket, CancellationToken cancellation) => InTurnAsync(provider.AddAsync, ticket, cancellation);

    public Task<DnsChange> RemoveAsync(DnsRecordTicket ticket, CancellationToken cancellation) => InTurnAsync(provider.RemoveAsync, ticket, cancellation);

    public void Dispose() => _turns.Dispose();

    private async Task<DnsChange> InTurnAsync(Func<DnsRecordTicket, CancellationToken, Task<DnsChange>> change, DnsRecordTicket ticket, CancellationToken cancellation)
    {
        await _turns.WaitAsync(cancellation);
        try
        {
            return await change(ticket, cancellation);
        }
        finally
        {
            _turns.Release();
        }
    }
}
