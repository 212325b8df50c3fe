using System.Buffers;
using System.Buffers.Text;
using System.IO.Pipelines;
using Microsoft.AspNetCore.Http;

namespace Signalbox.Proxy.Forwarding.Http1;

/// <summary>
/// A backend's body on its way to the client: received straight into the server's own memory. What is there is sent on before more is waited for, the head
/// first of all, so that events arrive as they are made; what came at once goes out in one write. While nothing comes, no buffer is held.
/// </summary>
internal sealed class Download(BackendConnection connection, HttpResponse response)
{
    /// <summary>
    /// Room for one receive while a body comes quickly, and what is held at most before it is sent on: three quarters of the 64 KiB that a slow client may lag behind,
    /// with what TLS adds (29 bytes a record at most) and a short head. The last quarter is what may still wait in the server's output when it is read.
    /// </summary>
    private const int LargeRead = (48 * 1024) - 256;

    /// <summary>Room for what comes slowly: a block of the server's.</summary>
    private const int SmallRead = 4 * 1024;

    /// <summary>The size line of a chunk of at most <see cref="LargeRead"/> bytes: four digits and CRLF.</summary>
    private const int SizeLine = 6;

    private readonly PipeWriter _writer = response.BodyWriter;
    private int _held;
    private bool _hasFlushed;
    private int _room = SmallRead;

    /// <summary>A body of known length.</summary>
    /// <exception cref="IOException">The backend's side broke.</exception>
    public static ValueTask CopyAsync(BackendConnection connection, HttpResponse response, long length)
    {
        var starting = response.StartAsync();
        if (!starting.IsCompletedSuccessfully || connection.Incoming.Count < length) return new Download(connection, response).CopySlowlyAsync(starting, length);
        // The good case: all of it came with its head, and goes out with it.
        var there = connection.Incoming.Bytes[..(int)length];
        response.BodyWriter.Write(there);
        connection.Incoming.Use(there.Length);
        return default;
    }

    /// <summary>A body that lasts until the backend ends the connection.</summary>
    /// <exception cref="IOException">The backend's side broke.</exception>
    public static ValueTask CopyToEndAsync(BackendConnection connection, HttpResponse response) =>
        new Download(connection, response).CopySlowlyAsync(response.StartAsync(), length: null);

    /// <summary>A body in chunks, with its trailers.</summary>
    /// <param name="connection">Where from.</param>
    /// <param name="response">Where to.</param>
    /// <param name="isFramed">True when we write the chunks for the client ourselves: on HTTP/1.1, where the server can write no trailers.</param>
    /// <exception cref="IOException">The backend's side broke.</exception>
    public static ValueTask CopyChunksAsync(BackendConnection connection, HttpResponse response, bool isFramed) =>
        new Download(connection, response).CopyChunksAsync(isFramed);

    private static ProtocolException TooEarly() => new("it closed the connection without a whole answer");

    private async ValueTask CopySlowlyAsync(Task starting, long? length)
    {
        await starting;
        await connection.HereAsync();
        var left = length ?? long.MaxValue;
        if (connection.Incoming.Count > 0) left -= Take(left, isFramed: false);
        while (left > 0)
        {
            await ReadableAsync();
            var received = await ReceiveAsync(left, isFramed: false);
            if (received == 0)
            {
                if (length is not null) throw TooEarly();
                break;
            }

            left -= received;
            if (_held >= LargeRead) await FlushAsync();
        }

        await EndAsync();
    }

    private async ValueTask CopyChunksAsync(bool isFramed)
    {
        var (incoming, chunks) = (connection.Incoming, connection.Chunks);
        chunks.Reset();
        if (isFramed) await StartAsync();
        while (true)
        {
            incoming.Use(chunks.TakeFraming(incoming.Bytes));
            if (chunks.IsComplete) break;
            if (chunks.DataLeft == 0)
            {
                // A size line, or the trailers, are still on their way.
                var filling = incoming.FillAsync();
                if (!filling.IsCompleted) await FlushAsync();
                if (!await filling) throw TooEarly();
                continue;
            }

            // Without a byte of a body there may be none, and then the head must end the answer (a gRPC error without messages is such a one).
            if (!response.HasStarted) await StartAsync();
            int taken;
            if (incoming.Count > 0)
            {
                taken = Take(chunks.DataLeft, isFramed);
            }
            else
            {
                await ReadableAsync();
                taken = await ReceiveAsync(chunks.DataLeft, isFramed);
                if (taken == 0) throw TooEarly();
            }

            chunks.TookData(taken);
            if (_held >= LargeRead) await FlushAsync();
        }

        if (!isFramed)
        {
            Trailers.Append(chunks.Trailers, response);
            return;
        }

        _writer.Write("0\r\n"u8);
        Trailers.Write(chunks.Trailers, _writer);
        _writer.Write("\r\n"u8);
        _held++;
        await EndAsync();
    }

    /// <summary>The server sends the end of an answer by itself only when its head has not gone out before.</summary>
    private ValueTask EndAsync() => _hasFlushed && _held > 0 ? FlushAsync() : default;

    private async ValueTask StartAsync()
    {
        await response.StartAsync();
        await connection.HereAsync();
    }

    /// <summary>Until there is something to read; meanwhile nothing is held back.</summary>
    private async ValueTask ReadableAsync()
    {
        var waiting = connection.Incoming.WaitAsync();
        if (!waiting.IsCompleted)
        {
            _room = SmallRead;
            await FlushAsync();
        }

        await waiting;
        await connection.HereAsync();
    }

    private async ValueTask FlushAsync()
    {
        // With nothing held it sends the head, where that has not been sent yet.
        (_held, _hasFlushed) = (0, true);
        await _writer.FlushAsync();
        await connection.HereAsync();
    }

    /// <summary>Passes on what has been read already, or as much of it as belongs to this body.</summary>
    private int Take(long left, bool isFramed)
    {
        var there = connection.Incoming.Bytes;
        if (there.Length > left) there = there[..(int)left];
        if (isFramed)
        {
            Span<byte> line = stackalloc byte[SizeLine + 4];
            _writer.Write(line[..WriteSize(line, there.Length)]);
        }

        _writer.Write(there);
        if (isFramed) _writer.Write("\r\n"u8);
        _held += there.Length;
        connection.Incoming.Use(there.Length);
        return there.Length;
    }

    /// <summary>Receives into the server's memory.</summary>
    /// <returns>0 at the end.</returns>
    private async ValueTask<int> ReceiveAsync(long left, bool isFramed)
    {
        var around = isFramed ? SizeLine + 2 : 0;
        var memory = _writer.GetMemory((int)Math.Min(_room, left + around));
        // No larger than its size line has room for, however large the server's memory is.
        var into = memory.Slice(isFramed ? SizeLine : 0, (int)Math.Min(Math.Min(memory.Length, LargeRead) - around, left));
        var received = await connection.Incoming.ReceiveAsync(into);
        if (received == 0) return 0;
        if (received == into.Length) _room = LargeRead;
        _held += received;
        _writer.Advance(isFramed ? Frame(memory.Span, received) : received);
        return received;
    }

    /// <summary>Puts a chunk's size line before its data and CRLF behind it. A shorter line makes the data move, which there is little of then.</summary>
    private static int Frame(Span<byte> chunk, int length)
    {
        Span<byte> line = stackalloc byte[SizeLine + 4];
        line = line[..WriteSize(line, length)];
        if (line.Length < SizeLine) chunk.Slice(SizeLine, length).CopyTo(chunk[line.Length..]);
        line.CopyTo(chunk);
        "\r\n"u8.CopyTo(chunk[(line.Length + length)..]);
        return line.Length + length + 2;
    }

    private static int WriteSize(Span<byte> line, int length)
    {
        Utf8Formatter.TryFormat(length, line, out var digits, 'x');
        "\r\n"u8.CopyTo(line[digits..]);
        return digits + 2;
    }
}
