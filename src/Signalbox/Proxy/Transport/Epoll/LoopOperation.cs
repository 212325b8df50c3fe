using System.Threading.Tasks.Sources;

namespace Signalbox.Proxy.Transport.Epoll;

/// <summary>One pending operation of a socket, used again for each. Begun, completed and awaited on the loop; what waits for it goes on within the completion.</summary>
internal sealed class LoopOperation : IValueTaskSource<int>, IValueTaskSource
{
    private ManualResetValueTaskSourceCore<int> _core;

    public bool IsPending { get; private set; }

    public ValueTask<int> BeginReceive()
    {
        Begin();
        return new ValueTask<int>(this, _core.Version);
    }

    public ValueTask BeginSend()
    {
        Begin();
        return new ValueTask(this, _core.Version);
    }

    public void Complete(int result)
    {
        IsPending = false;
        _core.SetResult(result);
    }

    public void Fail(Exception error)
    {
        if (!IsPending) return;
        IsPending = false;
        _core.SetException(error);
    }

    int IValueTaskSource<int>.GetResult(short token)
    {
        var result = _core.GetResult(token);
        // Nothing that has waited is kept: the next operation may never begin.
        _core.Reset();
        return result;
    }

    void IValueTaskSource.GetResult(short token)
    {
        _ = _core.GetResult(token);
        _core.Reset();
    }

    public ValueTaskSourceStatus GetStatus(short token) => _core.GetStatus(token);

    public void OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _core.OnCompleted(continuation, state, token, flags);

    private void Begin()
    {
        if (IsPending) throw new InvalidOperationException("One operation of a kind at a time.");
        _core.Reset();
        IsPending = true;
    }
}
