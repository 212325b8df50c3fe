using System.Buffers.Text;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Signalbox.Benchmarks.Load;

/// <summary>
/// One plain HTTP/1.1 connection that is asked one thing at a time. It reads just enough to know where an answer ends, so that its own time stays small
/// beside the router's; answers need a Content-Length and at most 64 KB.
/// </summary>
internal sealed class HttpConnection : IDisposable
{
    private readonly Socket _socket;
    private readonly byte[] _buffer = new byte[64 * 1024];

    private HttpConnection(Socket socket) => _socket = socket;

    public static async Task<HttpConnection> OpenAsync(IPEndPoint router, CancellationToken cancellation = default) =>
        new(await ClientSocket.ConnectAsync(router, cancellation));

    public static byte[] Request(string host, string method = "GET", string path = "/") => Encoding.ASCII.GetBytes($"{method} {path} HTTP/1.1\r\nHost: {host}\r\n\r\n");

    public Task<Answer> GetAsync(string host, CancellationToken cancellation = default) => SendAsync(Request(host), cancellation);

    /// <summary>Sends a request that is ready to be sent. <see cref="IOException"/> or <see cref="SocketException"/> when the connection ends before its answer.</summary>
    public async Task<Answer> SendAsync(ReadOnlyMemory<byte> request, CancellationToken cancellation = default)
    {
        await _socket.SendAsync(request, cancellation);
        var headOnly = request.Span.StartsWith("HEAD"u8);
        var (filled, head, whole) = (0, 0, int.MaxValue);
        while (filled < whole)
        {
            var received = await _socket.ReceiveAsync(_buffer.AsMemory(filled), cancellation);
            if (received == 0) throw new IOException("The router closed the connection.");
            filled += received;
            if (head == 0)
            {
                var end = _buffer.AsSpan(0, filled).IndexOf("\r\n\r\n"u8);
                if (end < 0) continue;
                head = end + 4;
            }

            whole = head + (headOnly ? 0 : ContentLength(_buffer.AsSpan(0, head)));
            if (whole > _buffer.Length) throw new IOException("The answer is too long for this client.");
        }

        // "HTTP/1.1 200 …"
        if (!Utf8Parser.TryParse(_buffer.AsSpan(9, 3), out int status, out _)) throw new IOException("The answer has no status.");
        return new Answer(status, _buffer.AsMemory(head, whole - head));
    }

    public void Dispose() => _socket.Dispose();

    private static int ContentLength(ReadOnlySpan<byte> head)
    {
        while (head.IndexOf("\r\n"u8) is > 0 and var end)
        {
            if (Ascii.EqualsIgnoreCase(head[..Math.Min(end, 15)], "content-length:"u8)
                && Utf8Parser.TryParse(head[15..end].TrimStart((byte)' '), out int length, out _)) return length;
            head = head[(end + 2)..];
        }

        throw new IOException("The answer does not say how long it is.");
    }
}
