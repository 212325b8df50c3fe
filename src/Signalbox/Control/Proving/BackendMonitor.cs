using System.Threading.Channels;
using Signalbox.Model;

namespace Signalbox.Control.Proving;

/// <summary>
/// Asks backends whether they accept connections: new ones at once, away ones often, present ones now and then, one check a backend rather than a route,
/// never more than <see cref="ChecksPerSecond"/>. What requests learn meanwhile counts as well.
/// </summary>
internal sealed class BackendMonitor : IAsyncDisposable
{
    /// <summary>A connect on loopback costs about 50 µs on both sides together: 400 a second are 2 % of one core.</summary>
    private const int ChecksPerSecond = 400;

    /// <summary>Checks under way at once; one that meets a silent address holds its place for 5 s.</summary>
    private const int MostAtOnce = 64;

    private static readonly TimeSpan Turn = TimeSpan.FromMilliseconds(50);

    /// <summary>A person is waiting for a dev server: it is seen at most 100 ms after it listens, backing off to 1 s.</summary>
    private static readonly TimeSpan LeasedDownFirst = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan LeasedDownLast = TimeSpan.FromSeconds(1);

    /// <summary>Nobody sits in front of it: 1 s backing off to 15 s.</summary>
    private static readonly TimeSpan LastingDownFirst = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LastingDownLast = TimeSpan.FromSeconds(15);

    /// <summary>How long a green light may be old where no request has told otherwise.</summary>
    private static readonly TimeSpan LeasedUp = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan LastingUp = TimeSpan.FromSeconds(30);

    private readonly BackendBoard _board;
    private readonly TimeProvider _time;
    private readonly Channel<Wake> _wakes = Channel.CreateUnbounded<Wake>(new UnboundedChannelOptions { SingleReader = true });
    private readonly PriorityQueue<Backend, long> _due = new();
    private readonly Dictionary<Backend, Slot> _plans = [];
    private readonly CancellationTokenSource _stop = new();
    private Task _loop = Task.CompletedTask;
    private int _underWay;

    public BackendMonitor(BackendBoard board, TimeProvider time)
    {
        (_board, _time) = (board, time);
        board.Added += backend => _wakes.Writer.TryWrite(new Wake(backend, null));

        // A backend that a request found down is due for a look at once, whatever was planned.
        board.Changed += backend =>
        {
            if (board.Health(backend).Reach == Reach.Down) _wakes.Writer.TryWrite(new Wake(backend, null));
        };
    }

    public void Start() => _loop = Task.Run(() => RunAsync(_stop.Token));

    /// <summary>Asks now, outside the queue and the rate: somebody is waiting for the answer.</summary>
    public async Task<BackendHealth> AskAsync(Backend backend, CancellationToken cancellation)
    {
        Tell(backend, await BackendProbe.AskAsync(backend, _time, cancellation));
        return _board.Health(backend);
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _loop.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _stop.Dispose();
    }

    private async Task RunAsync(CancellationToken cancellation)
    {
        while (!cancellation.IsCancellationRequested)
        {
            while (_wakes.Reader.TryRead(out var wake)) Plan(wake);
            var started = 0;
            var now = _time.GetTimestamp();
            while (started < ChecksPerSecond * Turn.TotalSeconds && Volatile.Read(ref _underWay) < MostAtOnce
                && _due.TryPeek(out var next, out var due) && due <= now)
            {
                _due.Dequeue();
                if (!_plans.TryGetValue(next, out var plan) || plan.Due != due) continue;
                _plans.Remove(next);
                if (!_board.Knows(next)) continue;
                started++;
                _ = CheckAsync(next, plan.Failures, cancellation);
            }

            await WaitAsync(cancellation);
        }
    }

    /// <summary>Until the next one is due (one turn at the least, which bounds the rate), or, where nothing is due, until a backend comes.</summary>
    private async Task WaitAsync(CancellationToken cancellation)
    {
        if (_due.TryPeek(out _, out var due))
        {
            var wait = TimeSpan.FromSeconds((due - _time.GetTimestamp()) / (double)_time.TimestampFrequency);
            if (wait <= Turn)
            {
                await Task.Delay(Turn, _time, cancellation);
                return;
            }

            using var limit = new CancellationTokenSource(wait, _time);
            using var both = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellation);
            await ((Task)_wakes.Reader.WaitToReadAsync(both.Token).AsTask()).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            return;
        }

        await _wakes.Reader.WaitToReadAsync(cancellation);
    }

    private async Task CheckAsync(Backend backend, int failures, CancellationToken cancellation)
    {
        Interlocked.Increment(ref _underWay);
        string? error;
        try
        {
            error = await BackendProbe.AskAsync(backend, _time, cancellation);
        }
        catch (OperationCanceledException)
        {
            return;
        }
        finally
        {
            Interlocked.Decrement(ref _underWay);
        }

        Tell(backend, error);

        // After the telling, so that the plan that comes of this check is the one that stands. It travels back to the loop, which alone touches the plans.
        _wakes.Writer.TryWrite(new Wake(backend, error is null ? 0 : failures + 1));
    }

    private void Tell(Backend backend, string? error)
    {
        if (error is null) _board.Reached(backend);
        else _board.Failed(backend, error);
    }

    private void Plan(Wake wake)
    {
        if (!_board.Knows(wake.Backend)) return;
        var wait = wake.Failures is { } failed ? Pause(wake.Backend, failed) : TimeSpan.Zero;
        var due = _time.GetTimestamp() + (long)(wait.TotalSeconds * _time.TimestampFrequency);

        // What stands in the queue for an older plan falls out when its turn comes.
        _plans[wake.Backend] = new Slot(due, wake.Failures ?? 0);
        _due.Enqueue(wake.Backend, due);
    }

    private TimeSpan Pause(Backend backend, int failures)
    {
        var leased = _board.IsLeased(backend);
        if (failures == 0) return leased ? LeasedUp : LastingUp;
        var (first, last) = leased ? (LeasedDownFirst, LeasedDownLast) : (LastingDownFirst, LastingDownLast);

        // Doubling, with a fifth of jitter so that backends which went down together are not asked together for ever.
        var wait = Math.Min(first.TotalSeconds * Math.Pow(2, Math.Min(failures - 1, 10)), last.TotalSeconds);
        return TimeSpan.FromSeconds(wait * (0.9 + (Random.Shared.NextDouble() * 0.2)));
    }

    /// <summary>Look at once (no failures told), or plan the next look after a check that ended.</summary>
    private readonly record struct Wake(Backend Backend, int? Failures);

    private readonly record struct Slot(long Due, int Failures);
}
