using System.Buffers;
using System.Buffers.Text;
using System.Globalization;
using System.Net.Sockets;
using System.Text;

namespace Signalbox.Benchmarks.Load;

/// <summary>One connection of the <see cref="EchoServer"/>. It trusts its peer, a router, to speak properly, and ends the connection when it does not.</summary>
internal sealed class EchoConnection(Socket socket, string name)
{
    /// <summary>The head of a request with all the fields a router adds, or a piece of an upload.</summary>
    private const int Buffer = 64 * 1024;

    /// <summary>How often an event is sent.</summary>
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);

    private readonly byte[] _answer = Encoding.ASCII.GetBytes($"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: {name.Length}\r\n\r\n{name}");
    private byte[]? _buffer;
    private int _filled;

    public async Task RunAsync()
    {
        try
        {
            while (await HeadAsync() is var head and > 0)
            {
                if (Has(head, "upgrade: websocket"u8)) await EchoAsync(head);
                else if (_buffer.AsSpan(0, head).StartsWith("GET /events"u8)) await EventsAsync();
                else if (_buffer.AsSpan(0, head).StartsWith("POST "u8)) await CountAsync(head);
                else await AnswerAsync(head);
            }
        }
        catch (Exception e) when (e is IOException or SocketException)
        {
            // The router went away: so does this side.
        }
        finally
        {
            Release();
            socket.Dispose();
        }
    }

    /// <summary>The length of the next request's head in the buffer; 0 when the peer has closed.</summary>
    private async Task<int> HeadAsync()
    {
        while (true)
        {
            if (_buffer is not null && _buffer.AsSpan(0, _filled).IndexOf("\r\n\r\n"u8) is >= 0 and var end) return end + 4;
            if (!await ReceiveAsync()) return 0;
        }
    }

    private Task AnswerAsync(int head)
    {
        Consume(head);
        return SendAsync(_answer);
    }

    private async Task EchoAsync(int head)
    {
        Consume(head);
        // The answer to the example key of RFC 6455, section 1.3, which is the only one the clients here send.
        await SendAsync("HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n"u8.ToArray());
        while (true)
        {
            while (_buffer is not null && WebSocketFrame.TryRead(_buffer.AsSpan(0, _filled), out var length, out var payload, out var closes))
            {
                if (closes) throw new IOException("The client closed the WebSocket.");
                var frame = new byte[WebSocketFrame.Head + WebSocketFrame.LongestPayload];
                var written = WebSocketFrame.Write(frame, _buffer.AsSpan(payload));
                Consume(length);
                await SendAsync(frame.AsMemory(0, written));
            }

            if (!await ReceiveAsync()) throw new IOException("The client ended the WebSocket.");
        }
    }

    /// <summary>Numbered events without end, as chunks.</summary>
    private async Task EventsAsync()
    {
        await SendAsync("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n"u8.ToArray());
        using var tick = new PeriodicTimer(Pause);
        for (var number = 0L; ; number++)
        {
            var text = string.Create(CultureInfo.InvariantCulture, $"data: {number}\n\n");
            await SendAsync(Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{text.Length:x}\r\n{text}\r\n")));
            await tick.WaitForNextTickAsync();
        }
    }

    /// <summary>Reads a body whose length is told, and answers how many bytes came.</summary>
    private async Task CountAsync(int head)
    {
        var length = ContentLength(_buffer.AsSpan(0, head));
        Consume(head);
        long counted = 0;
        while (counted < length)
        {
            if (_filled == 0 && !await ReceiveAsync()) throw new IOException("The upload was cut.");
            var piece = (int)Math.Min(_filled, length - counted);
            counted += piece;
            Consume(piece);
        }

        var text = counted.ToString(CultureInfo.InvariantCulture);
        await SendAsync(Encoding.ASCII.GetBytes($"HTTP/1.1 200 OK\r\nContent-Length: {text.Length}\r\n\r\n{text}"));
    }

    private async Task<bool> ReceiveAsync()
    {
        if (_buffer is null)
        {
            // An idle connection waits without a buffer.
            await socket.ReceiveAsync(Memory<byte>.Empty);
            _buffer = ArrayPool<byte>.Shared.Rent(Buffer);
        }

        if (_filled == Buffer) throw new IOException("A head is longer than any that was sent.");
        var received = await socket.ReceiveAsync(_buffer.AsMemory(_filled, Buffer - _filled));
        _filled += received;
        return received > 0;
    }

    private async Task SendAsync(ReadOnlyMemory<byte> bytes)
    {
        while (bytes.Length > 0) bytes = bytes[await socket.SendAsync(bytes)..];
    }

    private void Consume(int length)
    {
        _buffer.AsSpan(length, _filled - length).CopyTo(_buffer);
        _filled -= length;
        if (_filled == 0) Release();
    }

    private void Release()
    {
        if (_buffer is not null) ArrayPool<byte>.Shared.Return(_buffer);
        (_buffer, _filled) = (null, 0);
    }

    private bool Has(int head, ReadOnlySpan<byte> field)
    {
        Span<byte> lower = stackalloc byte[Math.Min(head, 4096)];
        Ascii.ToLower(_buffer.AsSpan(0, lower.Length), lower, out _);
        return lower.IndexOf(field) >= 0;
    }

    private static long ContentLength(ReadOnlySpan<byte> head)
    {
        Span<byte> lower = stackalloc byte[Math.Min(head.Length, 4096)];
        Ascii.ToLower(head[..lower.Length], lower, out _);
        var at = lower.IndexOf("content-length:"u8);
        return at >= 0 && Utf8Parser.TryParse(lower[(at + 15)..].TrimStart((byte)' '), out long length, out _) ? length : throw new IOException("The upload does not say how long it is.");
    }
}
