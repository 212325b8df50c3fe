namespace Signalbox.Proxy.Transport;

/// <summary>What moves the bytes between the system's sockets and the server.</summary>
internal enum TransportKind
{
    /// <summary>Event loops of our own on epoll(7), one thread each. Linux only; elsewhere <see cref="Sockets"/> is used in its place.</summary>
    Epoll,

    /// <summary>The framework's own socket transport.</summary>
    Sockets,
}
