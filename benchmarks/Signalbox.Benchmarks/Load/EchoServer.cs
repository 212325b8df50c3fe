using System.Net;
using System.Net.Sockets;

namespace Signalbox.Benchmarks.Load;

/// <summary>
/// A backend that costs little, as a process of its own: WebSockets that send each message back, an endless stream of numbered events, uploads that are
/// counted, and for every other request its name. It holds no buffer for an idle connection, so that ten thousand of them leave the machine's memory alone.
/// </summary>
internal sealed class EchoServer : IDisposable
{
    private readonly Socket _listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
    private readonly string _name;

    /// <param name="port">0: any free one.</param>
    /// <param name="name">What it answers.</param>
    public EchoServer(int port, string name)
    {
        _name = name;
        _listener.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.ReuseAddress, true);
        _listener.Bind(new IPEndPoint(IPAddress.Loopback, port));
        // As many as the kernel allows (net.core.somaxconn): a refused connection would be counted against the router.
        _listener.Listen(int.MaxValue);
    }

    public int Port => ((IPEndPoint)_listener.LocalEndPoint!).Port;

    /// <summary>Serves until the process ends.</summary>
    public async Task RunAsync(CancellationToken end)
    {
        while (!end.IsCancellationRequested)
        {
            var socket = await _listener.AcceptAsync(end);
            socket.NoDelay = true;
            _ = new EchoConnection(socket, _name).RunAsync();
        }
    }

    public void Dispose() => _listener.Dispose();
}
