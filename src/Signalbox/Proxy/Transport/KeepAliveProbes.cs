using System.Net.Sockets;

namespace Signalbox.Proxy.Transport;

/// <summary>How a silent connection, to a client or to a backend, is asked for a sign of life (RFC 9293 3.8.4).</summary>
internal static class KeepAliveProbes
{
    /// <summary>Seconds of silence before the first; below the 350 s after which the commonest middleboxes forget a connection.</summary>
    public const int AfterSeconds = 120;

    /// <summary>Seconds between two.</summary>
    public const int EverySeconds = 30;

    /// <summary>Probes without an answer, after which the connection is over: a peer that lost its power is noticed after 4 minutes.</summary>
    public const int Count = 4;

    public static void Set(Socket socket)
    {
        socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.KeepAlive, true);
        socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveTime, AfterSeconds);
        socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveInterval, EverySeconds);
        socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveRetryCount, Count);
    }
}
