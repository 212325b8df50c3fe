using System.Runtime.CompilerServices;

namespace Signalbox.Proxy.Transport.Epoll;

/// <summary>Awaited, it goes on on the loop: at once when already there, else by one hop through the loop's queue.</summary>
internal readonly struct LoopSwitch(EventLoop loop, bool always) : ICriticalNotifyCompletion
{
    public bool IsCompleted => !always && loop.IsCurrent;

    public LoopSwitch GetAwaiter() => this;

    public void GetResult()
    {
    }

    public void OnCompleted(Action continuation) => UnsafeOnCompleted(continuation);

    public void UnsafeOnCompleted(Action continuation) => loop.Post(static state => ((Action)state!)(), continuation);
}
