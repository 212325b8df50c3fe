using System.Net;
using System.Net.Sockets;

namespace Signalbox.EndToEnd.Support;

/// <summary>
/// A service on bare sockets that ends its connections in every way there is. By path: <c>/big</c> answers <see cref="BigBytes"/> octets, <c>/held</c> when
/// the test lets it, <c>/stream</c> without end, <c>/part</c> with less than it promised and then a reset, <c>/close</c> with its last answer, <c>/echo</c>
/// becomes another protocol that repeats what it is told until either side ends (<c>bye</c> makes this side end); all others with <c>ok</c> and the
/// number of octets of the request's body.
/// </summary>
internal sealed class RawBackend : IDisposable
{
    public const int BigBytes = 1_000_000;

    private static readonly string Big = new('x', BigBytes);

    private readonly Socket _listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
    private readonly TaskCompletionSource _released = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _held;

    public RawBackend()
    {
        _listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        _listener.Listen(512);
        _ = Accepting.RunAsync(_listener, socket => _ = ServeAsync(new RawConnection(socket)));
    }

    public string Target => $"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndPoint!).Port}";

    /// <summary>Requests that wait to be released.</summary>
    public int Held => Volatile.Read(ref _held);

    public void Release() => _released.TrySetResult();

    public void Dispose() => _listener.Dispose();

    private async Task ServeAsync(RawConnection connection)
    {
        using (connection)
        {
            try
            {
                while (await AnswerAsync(connection, await connection.ReadToAsync("\r\n\r\n")))
                {
                    // The next request.
                }
            }
            catch (Exception e) when (e is SocketException or EndOfStreamException or ObjectDisposedException or OperationCanceledException)
            {
                // The router has ended it.
            }
        }
    }

    /// <returns>False when the connection ends with it.</returns>
    private async Task<bool> AnswerAsync(RawConnection connection, string head)
    {
        var body = await ReadBodyAsync(connection, head);
        switch (head.Split(' ')[1])
        {
            case "/big":
                await connection.SendAsync(Answer(Big));
                return true;
            case "/held":
                Interlocked.Increment(ref _held);
                await _released.Task;
                await connection.SendAsync(Answer("held"));
                return true;
            case "/stream":
                await connection.SendAsync("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n");
                await connection.ReadToEndAsync();
                return false;
            case "/part":
                await connection.SendAsync("HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\npart");
                connection.Reset();
                return false;
            case "/close":
                await connection.SendAsync(Answer("ok", "Connection: close\r\n"));
                return false;
            case "/echo":
                await connection.SendAsync("HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: echo\r\n\r\n");
                while (await connection.ReadAsync(3) is not "bye") await connection.SendAsync("yes");
                return false;
            default:
                await connection.SendAsync(Answer($"ok {body}"));
                return true;
        }
    }

    private static async Task<int> ReadBodyAsync(RawConnection connection, string head)
    {
        const string field = "\r\nContent-Length: ";
        var at = head.IndexOf(field, StringComparison.OrdinalIgnoreCase);
        if (at < 0) return 0;
        var text = head[(at + field.Length)..];
        var length = int.Parse(text[..text.IndexOf('\r', StringComparison.Ordinal)]);
        for (var left = length; left > 0;) left -= (await connection.ReadAsync(Math.Min(left, 16 * 1024))).Length;
        return length;
    }

    private static string Answer(string body, string fields = "") => $"HTTP/1.1 200 OK\r\nContent-Length: {body.Length}\r\n{fields}\r\n{body}";
}
