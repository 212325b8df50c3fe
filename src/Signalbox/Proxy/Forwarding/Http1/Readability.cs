using System.Threading.Tasks.Sources;
using Signalbox.Proxy.Transport;

namespace Signalbox.Proxy.Forwarding.Http1;

/// <summary>
/// The wait until a connection has something to read. It may begin while the connection is idle, whose end is thereby noticed at once; and when the
/// connection is taken meanwhile, the very same wait goes on as the one for the answer. So nothing has to be cancelled, and no read is tried in vain.
/// </summary>
internal sealed class Readability : IValueTaskSource
{
    private readonly IStreamSocket _socket;
    private readonly Action _fired;
    private ManualResetValueTaskSourceCore<bool> _source;
    private System.Runtime.CompilerServices.ValueTaskAwaiter<int> _awaiter;
    private Action<object>? _whileIdle;
    private object? _state;
    private bool _isBegun;

    public Readability(IStreamSocket socket)
    {
        _socket = socket;
        _fired = OnFired;
    }

    /// <summary>Begins to wait on an idle connection, on its loop.</summary>
    /// <param name="ended">Called once when something comes, which on an idle connection is its end or nonsense; not after <see cref="EndIdle"/>.</param>
    /// <param name="state">For it.</param>
    /// <returns>False when there is something already.</returns>
    public bool BeginIdle(Action<object> ended, object state)
    {
        // Awaited by hand, once: below, or when it fires.
#pragma warning disable CA2012
        _awaiter = _socket.ReceiveAsync(Memory<byte>.Empty).GetAwaiter();
#pragma warning restore CA2012
        if (_awaiter.IsCompleted)
        {
            Forget();
            return false;
        }

        (_whileIdle, _state, _isBegun) = (ended, state, true);
        _source.Reset();
        _awaiter.UnsafeOnCompleted(_fired);
        return true;
    }

    /// <summary>The connection is taken: from now on the wait is that for an answer.</summary>
    public void EndIdle() => (_whileIdle, _state) = (null, null);

    /// <summary>Until there is something to read, or the end.</summary>
    /// <exception cref="IOException">Reset or closed.</exception>
    public ValueTask WaitAsync()
    {
        if (_isBegun)
        {
            _isBegun = false;
            return new ValueTask(this, _source.Version);
        }

        var waiting = _socket.ReceiveAsync(Memory<byte>.Empty);
        if (!waiting.IsCompletedSuccessfully) return WaitAsync(waiting);
        _ = waiting.Result;
        return default;
    }

    void IValueTaskSource.GetResult(short token) => _source.GetResult(token);

    ValueTaskSourceStatus IValueTaskSource.GetStatus(short token) => _source.GetStatus(token);

    void IValueTaskSource.OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _source.OnCompleted(continuation, state, token, flags);

    [System.Runtime.CompilerServices.AsyncMethodBuilder(typeof(System.Runtime.CompilerServices.PoolingAsyncValueTaskMethodBuilder))]
    private static async ValueTask WaitAsync(ValueTask<int> waiting) => await waiting;

    private void Forget()
    {
        // Its source is used again only once its result has been taken.
        try
        {
            _ = _awaiter.GetResult();
        }
        catch (IOException)
        {
            // Reset or closed: as good as the end.
        }
    }

    private void OnFired()
    {
        var awaiter = _awaiter;
        // Looked at first: whoever goes on below may end its request and begin to be idle again before it comes back here.
        var (ended, state) = (_whileIdle, _state);
        EndIdle();
        _awaiter = default;
        try
        {
            _ = awaiter.GetResult();
        }
        catch (IOException exception)
        {
            _source.SetException(exception);
            ended?.Invoke(state!);
            return;
        }

        _source.SetResult(true);
        ended?.Invoke(state!);
    }
}
