using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Signalbox.Tests.Proxy.Support;

/// <summary>One connection, spoken on in raw Latin-1 text.</summary>
internal sealed class Wire(Socket socket) : IDisposable
{
    private readonly byte[] _buffer = new byte[64 * 1024];
    private string _read = "";

    public Socket Socket => socket;

    private static CancellationToken Soon => new CancellationTokenSource(TestRouter.Patience).Token;

    public static async Task<Wire> ConnectAsync(int port)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(IPAddress.Loopback, port);
        return new Wire(socket);
    }

    public async Task SendAsync(string text) => await socket.SendAsync(Encoding.Latin1.GetBytes(text));

    /// <summary>Everything up to and including the text; what follows is kept for the next read.</summary>
    public async Task<string> ReadToAsync(string end)
    {
        int at;
        while ((at = _read.IndexOf(end, StringComparison.Ordinal)) < 0)
        {
            var count = await socket.ReceiveAsync(_buffer, Soon);
            if (count == 0) throw new EndOfStreamException($"The connection ended after: {_read}");
            _read += Encoding.Latin1.GetString(_buffer, 0, count);
        }

        var taken = _read[..(at + end.Length)];
        _read = _read[taken.Length..];
        return taken;
    }

    /// <summary>A head, up to its empty line.</summary>
    public Task<string> ReadHeadAsync() => ReadToAsync("\r\n\r\n");

    /// <summary>Everything until the peer ends its side.</summary>
    public async Task<string> ReadToEndAsync()
    {
        int count;
        while ((count = await socket.ReceiveAsync(_buffer, Soon)) > 0) _read += Encoding.Latin1.GetString(_buffer, 0, count);
        var all = _read;
        _read = "";
        return all;
    }

    /// <summary>How many bytes come until the peer ends its side, framing included.</summary>
    public async Task<long> CountToEndAsync()
    {
        long count = _read.Length;
        int read;
        while ((read = await socket.ReceiveAsync(_buffer, Soon)) > 0) count += read;
        return count;
    }

    /// <summary>True once the peer has closed or reset the connection.</summary>
    public async Task<bool> EndsAsync()
    {
        try
        {
            await ReadToEndAsync();
            return true;
        }
        catch (SocketException)
        {
            return true;
        }
    }

    public void EndSending() => socket.Shutdown(SocketShutdown.Send);

    /// <summary>Closes with a reset instead of an end.</summary>
    public void Reset()
    {
        socket.LingerState = new LingerOption(true, 0);
        socket.Dispose();
    }

    public void Dispose() => socket.Dispose();
}
