using System.Threading.Channels;
using Signalbox.Model;

namespace Signalbox.Control.Proving;

/// <summary>
/// Asks backends whether they accept connections: new ones at once, away ones often, present ones now and then, one check a backend rather than a route.
/// Those a lease leads to stand in a line of their own, so that a person who waits never waits behind a hundred thousand others or behind addresses
/// that swallow connections; either line has its own rate. What requests learn meanwhile counts as well.
/// </summary>
internal sealed class BackendMonitor : IAsyncDisposable
{
    /// <summary>A turn's checks of one line. A connect on loopback costs about 50 µs on both sides together: 400 a second are 2 % of one core.</summary>
    private const int ChecksInATurn = 20;

    /// <summary>Checks of one line under way at once; one that meets a silent address holds its place for 5 s.</summary>
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
    private readonly CheckLine _leased = new(MostAtOnce);
    private readonly CheckLine _lasting = new(MostAtOnce);
    private readonly Dictionary<Backend, Slot> _plans = [];
    private readonly CancellationTokenSource _stop = new();
    private Task _loop = Task.CompletedTask;

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
            var started = StartDue(_leased, cancellation) + StartDue(_lasting, cancellation);

            // After a start never sooner than the next turn, which bounds the rate, however many wakes come in.
            if (started > 0) await Task.Delay(Turn, _time, cancellation);
            else await WaitAsync(cancellation);
        }
    }

    private int StartDue(CheckLine line, CancellationToken cancellation)
    {
        var started = 0;
        var now = _time.GetTimestamp();
        while (started < ChecksInATurn && line.TryTake(now, out var next, out var due))
        {
            if (!_plans.TryGetValue(next, out var plan) || plan.Due != due || plan.Line != line) continue;
            _plans.Remove(next);
            if (!_board.Knows(next)) continue;
            started++;
            line.Began();
            _ = CheckAsync(next, plan, cancellation);
        }

        return started;
    }

    /// <summary>Until the next one is due, or, where nothing is due, until a backend comes.</summary>
    private async Task WaitAsync(CancellationToken cancellation)
    {
        if (Math.Min(_leased.NextDue, _lasting.NextDue) is var due && due != long.MaxValue)
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

    private async Task CheckAsync(Backend backend, Slot plan, CancellationToken cancellation)
    {
        string? error;
        try
        {
            error = await BackendProbe.AskAsync(backend, _time, cancellation);
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            return;
        }
        catch (Exception fault)
        {
            // Whatever it was: the backend is planned anew, or nobody would ever ask it again.
            error = fault.Message;
        }
        finally
        {
            plan.Line.Ended();
        }

        Tell(backend, error);

        // After the telling, so that the plan that comes of this check is the one that stands. It travels back to the loop, which alone touches the plans.
        _wakes.Writer.TryWrite(new Wake(backend, error is null ? 0 : plan.Failures + 1));
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

        // What stands in a line for an older plan falls out when its turn comes.
        var line = _board.IsLeased(wake.Backend) ? _leased : _lasting;
        _plans[wake.Backend] = new Slot(due, wake.Failures ?? 0, line);
        line.Add(wake.Backend, due, atOnce: wake.Failures is null);
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

    private readonly record struct Slot(long Due, int Failures, CheckLine Line);
}
