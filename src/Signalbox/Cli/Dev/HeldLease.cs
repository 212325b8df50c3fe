using Signalbox.Cli.Client;
using Signalbox.Model;
using Signalbox.Model.Wire;

namespace Signalbox.Cli.Dev;

/// <summary>One lease with one daemon, from its grant on. Disposing it ends the lease.</summary>
internal sealed class HeldLease : IAsyncDisposable
{
    private readonly LeaseStream _stream;
    private readonly IAsyncEnumerator<LeaseEvent> _events;

    private HeldLease(LeaseStream stream, IAsyncEnumerator<LeaseEvent> events, LeaseEvent granted)
    {
        _stream = stream;
        _events = events;
        Granted = granted;
    }

    public LeaseEvent Granted { get; }

    /// <summary>The backends this daemon knows of.</summary>
    public string[] Told { get; set; } = [];

    /// <summary>Asks for the lease and reads up to its grant; what comes before goes to the listener.</summary>
    /// <param name="client">To whom.</param>
    /// <param name="request">What is asked for.</param>
    /// <param name="listener">Told of a wait.</param>
    /// <param name="life">Bounds this call and the whole lease.</param>
    public static async Task<Outcome<HeldLease>> TakeAsync(AdminClient client, ClaimRequest request, ILeaseListener listener, CancellationToken life)
    {
        var answer = await client.LeaseAsync(request, life);
        if (!answer.Succeeded) return Outcome<HeldLease>.Failed(answer.Problems);
        var events = answer.Value.ReadAsync(life).GetAsyncEnumerator(CancellationToken.None);
        try
        {
            while (await events.MoveNextAsync())
            {
                if (events.Current.Event == LeaseEvents.Granted) return new HeldLease(answer.Value, events, events.Current);
                listener.Told(events.Current);
            }
        }
        catch (OperationCanceledException)
        {
            await answer.Value.DisposeAsync();
            throw;
        }

        await answer.Value.DisposeAsync();
        return new Problem(ProblemType.NoDaemon, ProblemSide.Daemon, string.Join(", ", request.Hosts), "The daemon ended before it had granted the name.", "Run the command again.", Retry: true);
    }

    /// <summary>The next event; null at the stream's end.</summary>
    public async Task<LeaseEvent?> NextAsync() => await _events.MoveNextAsync() ? _events.Current : null;

    public ValueTask DisposeAsync() => _stream.DisposeAsync();
}
