using System.Runtime.CompilerServices;
using Signalbox.Proxy.Transport.Epoll;

namespace Signalbox.Proxy.Forwarding.Http1;

/// <summary>
/// Awaited, goes on where a connection's socket may be used: at once when already there, or when there is no such place. It is awaited itself and never
/// wrapped into a task: that one could have completed on the loop before its awaiter looks, who would then go on off the loop.
/// </summary>
internal readonly struct HereAwaiter(EventLoop? loop) : ICriticalNotifyCompletion
{
    public bool IsCompleted => loop is null || !OperatingSystem.IsLinux() || loop.IsCurrent;

    public HereAwaiter GetAwaiter() => this;

    public void GetResult()
    {
    }

    public void OnCompleted(Action continuation) => UnsafeOnCompleted(continuation);

    public void UnsafeOnCompleted(Action continuation)
    {
        if (OperatingSystem.IsLinux()) loop!.Post(static state => ((Action)state!)(), continuation);
    }
}
