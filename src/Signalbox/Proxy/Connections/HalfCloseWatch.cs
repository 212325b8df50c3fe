namespace Signalbox.Proxy.Connections;

/// <summary>
/// Decides when one connection is gone. After the end of its input it looks at the kernel's own view of the socket: a state other than CLOSE_WAIT means
/// reset, failed or closed on both sides. A FIN may also be sent by a client that has left for good; both look alike. So it goes on only while
/// the client's kernel acknowledges octets, which no writer here has to report and which a writer's full buffer cannot feign.
/// </summary>
internal sealed class HalfCloseWatch(Func<TcpState?> readState, TimeProvider time) : IHalfCloseFeature, IDisposable
{
    /// <summary>How soon a reset is noticed, as nothing reads the socket any more. Cheap (one system call), and only for half-closed connections.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(250);

    /// <summary>
    /// How long the client may take nothing. A half-closing client has asked its one question and waits; 10 s is twice the wait for a backend
    /// that restarts (5 s), and short enough that clients who left do not keep work going for long.
    /// </summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly CancellationTokenSource _gone = new();
    private readonly Lock _lock = new();
    private ITimer? _timer;
    private ulong _acknowledged;
    private long _progressed;
    private int _holds;
    private bool _isDisposed;

    /// <summary>Fires once, when the connection is gone or given up.</summary>
    public CancellationToken Gone => _gone.Token;

    /// <summary>The transport has seen the end of the input: a FIN, a reset, or its own closing.</summary>
    public void OnInputEnded()
    {
        if (readState() is not { IsHalfClosed: true } state)
        {
            GiveUp();
            return;
        }

        lock (_lock)
        {
            // The connection may have ended while the transport was reporting.
            if (_isDisposed) return;
            (_acknowledged, _progressed) = (state.Acknowledged, time.GetTimestamp());
            _timer = time.CreateTimer(static watch => ((HalfCloseWatch)watch!).Look(), this, Interval, Interval);
        }
    }

    public IDisposable Hold()
    {
        Interlocked.Increment(ref _holds);
        return new Holding(this);
    }

    public void Dispose()
    {
        lock (_lock)
        {
            if (_isDisposed) return;
            _isDisposed = true;
            _timer?.Dispose();
        }

        // Not disposed: a look may be under way, and a source without a timer or handle holds nothing to release.
    }

    private void Look()
    {
        lock (_lock)
        {
            if (_isDisposed) return;
            if (readState() is { IsHalfClosed: true } state && IsWorthwhile(state)) return;
            _isDisposed = true;
            _timer!.Dispose();
        }

        // Outside the lock: whoever is told may end the connection, and with it this watch, at once.
        GiveUp();
    }

    private bool IsWorthwhile(TcpState state)
    {
        if (state.Acknowledged != _acknowledged || Volatile.Read(ref _holds) > 0) (_acknowledged, _progressed) = (state.Acknowledged, time.GetTimestamp());
        return time.GetElapsedTime(_progressed) < Patience;
    }

    private void GiveUp() => _gone.Cancel();

    private sealed class Holding(HalfCloseWatch watch) : IDisposable
    {
        private HalfCloseWatch? _watch = watch;

        public void Dispose()
        {
            if (Interlocked.Exchange(ref _watch, null) is { } held) Interlocked.Decrement(ref held._holds);
        }
    }
}
