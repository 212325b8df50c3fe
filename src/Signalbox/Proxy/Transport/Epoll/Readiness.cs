namespace Signalbox.Proxy.Transport.Epoll;

/// <summary>What a descriptor is ready for: the bits of linux/eventpoll.h.</summary>
[Flags]
internal enum Readiness : uint
{
    None = 0,
    Readable = 0x1,
    Writable = 0x4,
    Failed = 0x8,
    HungUp = 0x10,

    /// <summary>The peer has ended its side (EPOLLRDHUP).</summary>
    PeerEnded = 0x2000,

    /// <summary>Told to one of those who wait for it, not to all (EPOLLEXCLUSIVE, Linux 4.5).</summary>
    Exclusive = 0x10000000,

    /// <summary>Told once for each change, not for as long as it lasts (EPOLLET).</summary>
    EdgeTriggered = 0x80000000,

    /// <summary>A read will not wait.</summary>
    AnyRead = Readable | Failed | HungUp | PeerEnded,

    /// <summary>A write will not wait, if only because it fails.</summary>
    AnyWrite = Writable | Failed | HungUp,

    /// <summary>What a listening socket is registered for, on every loop: for as long as somebody is in its queue one loop that waits is woken.</summary>
    Listening = Readable | Exclusive,

    /// <summary>What a connected socket is registered for, once for its whole life: no system call is spent on asking again.</summary>
    Connected = Readable | Writable | PeerEnded | EdgeTriggered,
}
