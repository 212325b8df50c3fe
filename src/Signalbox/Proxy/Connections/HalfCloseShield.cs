using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;

namespace Signalbox.Proxy.Connections;

/// <summary>
/// Connection middleware, outermost on the socket (before TLS). The server's transport reports a connection as closed when the client has merely ended its
/// own direction (FIN), and the server then aborts the request: <c>printf 'GET …' | nc -N</c> would get no answer. Behind this shield
/// <c>ConnectionClosed</c> fires only when the connection is really gone, or when answering it makes no more progress. Costs nothing before a FIN.
/// Elsewhere than on Linux, where the socket's state cannot be read, everything stays as it was.
/// </summary>
internal sealed class HalfCloseShield(TimeProvider time)
{
    public ConnectionDelegate Wrap(ConnectionDelegate next) => connection => ShieldAsync(connection, next);

    private async Task ShieldAsync(ConnectionContext connection, ConnectionDelegate next)
    {
        if (ReaderOf(connection) is not { } readState)
        {
            await next(connection);
            return;
        }

        var closed = connection.ConnectionClosed;
        using var watch = new HalfCloseWatch(readState, time);
        using var registration = closed.UnsafeRegister(static state => ((HalfCloseWatch)state!).OnInputEnded(), watch);
        connection.Features.Set<IHalfCloseFeature>(watch);
        connection.ConnectionClosed = watch.Gone;
        try
        {
            await next(connection);
        }
        finally
        {
            connection.ConnectionClosed = closed;
        }
    }

    private static Func<TcpState?>? ReaderOf(ConnectionContext connection)
    {
        if (connection.Features.Get<ISocketStateFeature>() is { } state) return state.ReadState;
        var socket = connection.Features.Get<IConnectionSocketFeature>()?.Socket;
        return OperatingSystem.IsLinux() && socket?.ProtocolType == ProtocolType.Tcp ? () => TcpState.Read(socket) : null;
    }
}
