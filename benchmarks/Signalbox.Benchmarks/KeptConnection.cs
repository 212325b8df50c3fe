using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Signalbox.Benchmarks;

/// <summary>
/// One plain HTTP/1.1 connection to the router that is asked for one host after the other. A name with TLS is answered 308
/// by the router itself, so that what is measured is the router and no backend.
/// </summary>
internal sealed class KeptConnection : IDisposable
{
    private readonly Socket _socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
    private readonly byte[] _buffer = new byte[64 * 1024];

    public static async Task<KeptConnection> OpenAsync(int port)
    {
        var connection = new KeptConnection();
        await connection._socket.ConnectAsync(IPAddress.Loopback, port);
        return connection;
    }

    /// <summary>The status of <c>HEAD /</c>, whose answer is a head alone.</summary>
    public async Task<int> StatusAsync(string host)
    {
        await _socket.SendAsync(Encoding.ASCII.GetBytes($"HEAD / HTTP/1.1\r\nHost: {host}\r\n\r\n"));
        var filled = 0;
        while (!_buffer.AsSpan(0, filled).EndsWith("\r\n\r\n"u8))
        {
            var received = await _socket.ReceiveAsync(_buffer.AsMemory(filled));
            if (received == 0) throw new IOException("The router closed the connection.");
            filled += received;
        }

        // "HTTP/1.1 308 …"
        return int.Parse(Encoding.ASCII.GetString(_buffer, 9, 3), System.Globalization.CultureInfo.InvariantCulture);
    }

    public void Dispose() => _socket.Dispose();
}
