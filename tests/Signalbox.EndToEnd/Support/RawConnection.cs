using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Signalbox.EndToEnd.Support;

/// <summary>One connection on a bare socket, spoken on in Latin-1: whatever a client or a backend can do to a connection.</summary>
internal sealed class RawConnection(Socket socket) : IDisposable
{
    private readonly byte[] _buffer = new byte[64 * 1024];
    private readonly StringBuilder _read = new();

    public Socket Socket => socket;

    /// <summary>Something has come, if only the end.</summary>
    public bool HasSomething => _read.Length > 0 || socket.Poll(0, SelectMode.SelectRead);

    /// <param name="port">On loopback.</param>
    /// <param name="address">Another address than 127.0.0.1.</param>
    /// <param name="prepare">Sets options before it connects.</param>
    public static async Task<RawConnection> ConnectAsync(int port, IPAddress? address = null, Action<Socket>? prepare = null)
    {
        address ??= IPAddress.Loopback;
        var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            prepare?.Invoke(socket);
            using var limit = new CancellationTokenSource(Wait.Limit);
            await socket.ConnectAsync(new IPEndPoint(address, port), limit.Token);
            return new RawConnection(socket);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    public static string Request(string host, string path = "/", string method = "GET", string fields = "") => $"{method} {path} HTTP/1.1\r\nHost: {host}\r\n{fields}\r\n";

    public Task SendAsync(string text) => SendAsync(Encoding.Latin1.GetBytes(text));

    public async Task SendAsync(ReadOnlyMemory<byte> bytes)
    {
        using var limit = new CancellationTokenSource(Wait.Limit);
        while (!bytes.IsEmpty) bytes = bytes[await socket.SendAsync(bytes, limit.Token)..];
    }

    /// <summary>Asks, and reads the answer, whose length must be told in its head.</summary>
    /// <returns>The body.</returns>
    public async Task<string> GetAsync(string host, string path = "/")
    {
        await SendAsync(Request(host, path));
        return await ReadAnswerAsync();
    }

    /// <returns>The body; head and all where it is no success.</returns>
    public async Task<string> ReadAnswerAsync()
    {
        const string lengthField = "content-length: ";
        var head = await ReadToAsync("\r\n\r\n");
        var line = head.Split("\r\n").Single(line => line.StartsWith(lengthField, StringComparison.OrdinalIgnoreCase));
        var body = await ReadAsync(int.Parse(line[lengthField.Length..]));
        return head.StartsWith("HTTP/1.1 200 ", StringComparison.Ordinal) ? body : head + body;
    }

    /// <summary>Everything up to and including the text; what follows is kept for the next read.</summary>
    public async Task<string> ReadToAsync(string end)
    {
        int at;
        while ((at = _read.ToString().IndexOf(end, StringComparison.Ordinal)) < 0) await MoreAsync();
        return Take(at + end.Length);
    }

    public async Task<string> ReadAsync(int count)
    {
        while (_read.Length < count) await MoreAsync();
        return Take(count);
    }

    /// <summary>Everything until the peer ends its side. A reset is an error.</summary>
    public async Task<string> ReadToEndAsync()
    {
        while (await ReceiveAsync())
        {
            // The next.
        }

        return Take(_read.Length);
    }

    public void EndSending() => socket.Shutdown(SocketShutdown.Send);

    /// <summary>Ends it with a reset.</summary>
    public void Reset()
    {
        socket.LingerState = new LingerOption(true, 0);
        socket.Dispose();
    }

    public void Dispose() => socket.Dispose();

    private string Take(int count)
    {
        var taken = _read.ToString(0, count);
        _read.Remove(0, count);
        return taken;
    }

    private async Task MoreAsync()
    {
        if (!await ReceiveAsync()) throw new EndOfStreamException($"The connection ended after: {_read}");
    }

    private async Task<bool> ReceiveAsync()
    {
        using var limit = new CancellationTokenSource(Wait.Limit);
        var count = await socket.ReceiveAsync(_buffer, limit.Token);
        _read.Append(Encoding.Latin1.GetString(_buffer, 0, count));
        return count > 0;
    }
}
