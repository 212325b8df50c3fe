using System.Buffers.Text;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Signalbox.Benchmarks.Load;

/// <summary>One WebSocket on a socket of its own, without buffers while nothing is awaited: ten thousand of them must cost the client next to nothing.</summary>
internal sealed class WebSocketConnection : IDisposable
{
    /// <summary>Room for the answer to the upgrade, and for a few frames.</summary>
    private const int Buffer = 2048;

    private readonly Socket _socket;

    private WebSocketConnection(Socket socket) => _socket = socket;

    public static async Task<WebSocketConnection> OpenAsync(IPEndPoint router, string host, CancellationToken cancellation = default)
    {
        var connection = new WebSocketConnection(await ClientSocket.ConnectAsync(router, cancellation));
        try
        {
            await connection.UpgradeAsync(host, cancellation);
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    /// <summary>Sends a number and waits for it to come back. <see cref="IOException"/> when something else comes, or the end.</summary>
    public async Task EchoAsync(long number, CancellationToken cancellation = default)
    {
        var buffer = System.Buffers.ArrayPool<byte>.Shared.Rent(Buffer);
        try
        {
            await _socket.SendAsync(buffer.AsMemory(0, Write(buffer, number)), cancellation);
            var filled = 0;
            while (true)
            {
                var received = await _socket.ReceiveAsync(buffer.AsMemory(filled, Buffer - filled), cancellation);
                if (received == 0) throw new IOException("The WebSocket was cut.");
                filled += received;
                if (!WebSocketFrame.TryRead(buffer.AsSpan(0, filled), out var length, out var payload, out var closes)) continue;
                if (closes) throw new IOException("The WebSocket was closed.");
                if (length != filled || !Utf8Parser.TryParse(buffer.AsSpan(payload), out long echoed, out _) || echoed != number)
                    throw new IOException($"Message {number} did not come back.");
                return;
            }
        }
        finally
        {
            System.Buffers.ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    public void Dispose() => _socket.Dispose();

    private static int Write(byte[] into, long number)
    {
        // As long as a short chat message.
        Span<byte> message = stackalloc byte[48];
        message.Fill((byte)' ');
        Utf8Formatter.TryFormat(number, message, out _);
        return WebSocketFrame.WriteMasked(into, message);
    }

    private async Task UpgradeAsync(string host, CancellationToken cancellation)
    {
        // The key is the example of RFC 6455, section 1.3: nothing here caches by it.
        await _socket.SendAsync(
            Encoding.ASCII.GetBytes($"GET /ws HTTP/1.1\r\nHost: {host}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"),
            cancellation);
        var buffer = new byte[Buffer];
        var filled = 0;
        while (!buffer.AsSpan(0, filled).EndsWith("\r\n\r\n"u8))
        {
            var received = await _socket.ReceiveAsync(buffer.AsMemory(filled), cancellation);
            if (received == 0) throw new IOException("The router closed the connection in place of upgrading it.");
            filled += received;
        }

        if (!buffer.AsSpan().StartsWith("HTTP/1.1 101"u8)) throw new IOException($"The upgrade was refused: {Encoding.ASCII.GetString(buffer, 0, filled)}");
    }
}
