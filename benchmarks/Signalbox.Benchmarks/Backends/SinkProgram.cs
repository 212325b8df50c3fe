using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Signalbox.Benchmarks.Backends;

/// <summary>
/// <c>Signalbox.Benchmarks sink PORT</c>: answers each request 200 once its body (Content-Length or chunked) has been read to its end. A thread a
/// connection that blocks: uploads are few and large, and nothing costs less for those.
/// </summary>
internal static class SinkProgram
{
    private static readonly byte[] Answer = "HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nok\n"u8.ToArray();

    public static void Run(int port)
    {
        using var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, port));
        listener.Listen(1024);
        while (true)
        {
            var client = listener.Accept();
            new Thread(() => Serve(client)) { IsBackground = true }.Start();
        }
    }

    private static void Serve(Socket client)
    {
        using var socket = client;
        socket.NoDelay = true;
        var bytes = new Incoming(socket);
        try
        {
            while (bytes.Line() is { Length: > 0 } request)
            {
                var (length, chunked, close) = Fields(bytes);
                if (chunked) SkipChunks(bytes);
                else bytes.Skip(length);
                socket.Send(Answer);
                if (close) return;
            }
        }
        catch (Exception e) when (e is SocketException or EndOfStreamException)
        {
            // The client is gone; so is its request.
        }
    }

    private static (long Length, bool Chunked, bool Close) Fields(Incoming bytes)
    {
        var (length, chunked, close) = (0L, false, false);
        while (bytes.Line() is { Length: > 0 } line)
        {
            if (Value(line, "Content-Length") is { } number) length = long.Parse(number, CultureInfo.InvariantCulture);
            if (Value(line, "Transfer-Encoding") is "chunked") chunked = true;
            if (Value(line, "Connection") is "close") close = true;
        }

        return (length, chunked, close);
    }

    private static void SkipChunks(Incoming bytes)
    {
        while (bytes.Line() is { } size)
        {
            var length = long.Parse(size, NumberStyles.HexNumber, CultureInfo.InvariantCulture);
            if (length > 0) bytes.Skip(length);
            bytes.Line();
            if (length == 0) return;
        }
    }

    private static string? Value(string line, string name) =>
        line.StartsWith(name, StringComparison.OrdinalIgnoreCase) && line.Length > name.Length && line[name.Length] == ':' ? line[(name.Length + 1)..].Trim() : null;

    private sealed class Incoming(Socket socket)
    {
        private readonly byte[] _buffer = new byte[256 * 1024];
        private int _start;
        private int _end;

        /// <summary>The next line without its end; null at the end of the connection.</summary>
        public string? Line()
        {
            var line = new StringBuilder();
            while (true)
            {
                var found = _buffer.AsSpan(_start, _end - _start).IndexOf((byte)'\n');
                var taken = found < 0 ? _end - _start : found + 1;
                line.Append(Encoding.Latin1.GetString(_buffer, _start, taken));
                _start += taken;
                if (found >= 0) return line.ToString().TrimEnd('\r', '\n');
                if (!Fill()) return null;
            }
        }

        public void Skip(long count)
        {
            while (true)
            {
                var taken = Math.Min(count, _end - _start);
                _start += (int)taken;
                count -= taken;
                if (count == 0) return;
                if (!Fill()) throw new EndOfStreamException();
            }
        }

        private bool Fill()
        {
            _start = 0;
            _end = socket.Receive(_buffer);
            return _end > 0;
        }
    }
}
