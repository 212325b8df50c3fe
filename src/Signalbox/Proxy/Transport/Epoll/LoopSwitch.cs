using System.Runtime.CompilerServices;

namespace Signalbox.Proxy.Transport.Epoll;

/// <summary>
/// Awaited, it goes on on the loop: at once when already there, or when there is none, else by one hop through the loop's queue. It is awaited itself and
/// never wrapped into a task: that one could have completed on the loop before its awaiter looks, who would then go on off the loop.
/// </summary>
/// <param name="loop">Where to; null when it does not matter.</param>
/// <param name="always">By a hop in any case, which needs a loop.</param>
/// <param name="begins">By the line of connections that begin; always, and on the loop alone.</param>
internal readonly struct LoopSwitch(EventLoop? loop, bool always, bool begins = false) : ICriticalNotifyCompletion
{
    public bool IsCompleted => loop is null || (!always && loop.IsCurrent);

    public LoopSwitch GetAwaiter() => this;

    public void GetResult()
    {
    }

    public void OnCompleted(Action continuation) => UnsafeOnCompleted(continuation);

    public void UnsafeOnCompleted(Action continuation)
    {
        if (begins) loop!.Begin(continuation);
        else loop!.Post(static state => ((Action)state!)(), continuation);
    }
}
