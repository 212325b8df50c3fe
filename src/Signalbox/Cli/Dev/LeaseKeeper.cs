using Signalbox.Cli.Client;
using Signalbox.Model;
using Signalbox.Model.Wire;

namespace Signalbox.Cli.Dev;

/// <summary>
/// Holds one lease for as long as the command runs, whatever becomes of the daemon: asks for it anew, as the same holder and with the same
/// backends, whenever its stream ends. A daemon that went away by itself is started again; one that was told to end is waited for.
/// </summary>
/// <param name="home">Whose daemon.</param>
/// <param name="starter">Brings a daemon up.</param>
/// <param name="listener">Told what happens after the lease was granted first.</param>
/// <param name="time">Paces the tries.</param>
internal sealed class LeaseKeeper(HomeLayout home, DaemonStarter starter, ILeaseListener listener, TimeProvider time) : IAsyncDisposable
{
    /// <summary>Tries to get the first lease when daemons keep vanishing under us, before that is called a failure.</summary>
    private const int FirstTries = 5;

    /// <summary>Between tries for a name that somebody else holds.</summary>
    private static readonly TimeSpan RefusedPause = TimeSpan.FromSeconds(15);

    private readonly AdminClient _client = new(home.AdminSocket);
    private readonly SemaphoreSlim _telling = new(1, 1);
    private readonly Backoff _backoff = new(Random.Shared);
    private volatile HeldLease? _lease;
    private volatile string[] _backends = [];

    /// <summary>Takes the lease for the first time and returns its <c>granted</c> event, or why it is refused.</summary>
    /// <param name="request">What is asked for.</param>
    /// <param name="life">The same token in every call: it bounds the lease's whole life.</param>
    public async Task<Outcome<LeaseEvent>> TakeAsync(ClaimRequest request, CancellationToken life)
    {
        for (var left = FirstTries; ; left--)
        {
            var taken = await HeldLease.TakeAsync(_client, request, listener, life);
            if (taken.Succeeded)
            {
                _lease = taken.Value;
                return taken.Value.Granted;
            }

            if (taken.Problem.Type != ProblemType.NoDaemon || left <= 1) return Outcome<LeaseEvent>.Failed(taken.Problems);

            // It answered a moment ago and is gone: somebody ended it, or it was killed. Bring it back as at the start.
            await Task.Delay(_backoff.Next(), time, life);
            var up = await starter.EnsureAsync(home, life);
            if (!up.Succeeded) return Outcome<LeaseEvent>.Failed(up.Problems);
        }
    }

    /// <summary>Keeps it until its life is over; never fails. <see cref="TakeAsync"/> must have succeeded.</summary>
    public async Task HoldAsync(ClaimRequest request, CancellationToken life)
    {
        try
        {
            while (true)
            {
                var shutdown = await FollowAsync(_lease!);
                listener.Lost(shutdown);
                _backoff.Reset();
                await ReturnAsync(request, shutdown, life);
                await TellAsync(life);
            }
        }
        catch (OperationCanceledException) when (life.IsCancellationRequested)
        {
            // The command has ended, and the lease with it.
        }
    }

    /// <summary>Says where the command listens now; also to every later daemon.</summary>
    public async Task TellAsync(Backend backend, CancellationToken life)
    {
        // Written before the lease is looked at, while a new lease is written before this is looked at: one of the two sees the other.
        _backends = [backend.ToString()];
        await TellAsync(life);
    }

    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _lease, null) is { } lease) await lease.DisposeAsync();
        _client.Dispose();
        _telling.Dispose();
    }

    private async Task TellAsync(CancellationToken life)
    {
        await _telling.WaitAsync(life);
        try
        {
            while (_lease is { } lease && _backends is var backends && lease.Told != backends)
            {
                if (await _client.UpdateLeaseAsync(lease.Granted.Id!, new LeaseUpdate { Backends = backends }, life) is { } problem)
                {
                    // A daemon that is gone, or another one that does not know the lease: the stream ends too, and the next lease brings the backends along.
                    if (problem.Type is not (ProblemType.NoDaemon or ProblemType.NotFound)) listener.Refused(problem);
                    return;
                }

                lease.Told = backends;
            }
        }
        finally
        {
            _telling.Release();
        }
    }

    /// <summary>Until the stream ends; true when the daemon said that it ends on purpose.</summary>
    private async Task<bool> FollowAsync(HeldLease lease)
    {
        var shutdown = false;
        await using (lease)
        {
            while (await lease.NextAsync() is { } happened)
            {
                shutdown |= happened.Event == LeaseEvents.Shutdown;
                listener.Told(happened);
            }
        }

        _lease = null;
        return shutdown;
    }

    private async Task ReturnAsync(ClaimRequest request, bool shutdown, CancellationToken life)
    {
        while (true)
        {
            await Task.Delay(_backoff.Next(), time, life);
            var up = shutdown ? await _client.StatusAsync(life) : await starter.EnsureAsync(home, life);
            if (!up.Succeeded)
            {
                if (!shutdown || up.Problem.Type != ProblemType.NoDaemon) listener.NotBack(up.Problem);
                continue;
            }

            var backends = _backends;
            // Taking the name once was asked for once: a later holder who took it from us keeps it.
            var taken = await HeldLease.TakeAsync(_client, request with { Backends = backends, Take = false }, listener, life);
            if (!taken.Succeeded)
            {
                listener.NotBack(taken.Problem);
                // Somebody holds the name now. Each try is in the daemon's history, so they are few.
                if (taken.Problem.Type != ProblemType.NoDaemon) await Task.Delay(RefusedPause, time, life);
                continue;
            }

            taken.Value.Told = backends;
            _lease = taken.Value;
            listener.Told(taken.Value.Granted);
            return;
        }
    }
}
