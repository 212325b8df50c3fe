using System.Buffers;
using System.Buffers.Text;
using System.Text;
using Signalbox.Proxy.Transport;

namespace Signalbox.Proxy.Forwarding.Http1;

/// <summary>What goes to a backend: a head and the first of its body gathered into one write, then the body as it comes, in chunks where its length is not known.</summary>
internal sealed class OutgoingBytes(IStreamSocket socket) : IFieldSink, IDisposable
{
    /// <summary>A head with its cookies, and the body of a small request.</summary>
    private const int BufferBytes = 16 * 1024;

    private static readonly SearchValues<char> LineBreaks = SearchValues.Create("\r\n\0");

    private byte[] _buffer = [];
    private int _count;
    private OwnFields? _own;

    /// <summary>Octets that wait to be sent.</summary>
    public int Count => _count;

    /// <summary>Fields of our own as they last went out here.</summary>
    public OwnFields Own => _own ??= new OwnFields();

    /// <summary>True while what is written goes out as chunks (RFC 9112 7.1).</summary>
    public bool IsChunked { get; set; }

    /// <summary>Those behind the first <paramref name="count"/> of them.</summary>
    public ReadOnlySpan<byte> Since(int count) => _buffer.AsSpan(count, _count - count);

    /// <summary>Whole lines that were looked at when they were first put together.</summary>
    public void AddLines(ReadOnlySpan<byte> lines) => Append(lines);

    public void AddLine(string method, string target)
    {
        Append(method);
        Append(" ");
        Append(target);
        Append(" HTTP/1.1\r\n"u8);
    }

    /// <exception cref="ProtocolException">Name or value would end the line: no server of ours lets that in, and it must never get out.</exception>
    public void Add(string name, string value)
    {
        Begin(name);
        Append(value);
        End();
    }

    public void Add(string name, long value)
    {
        Begin(name);
        Append(value, default);
        End();
    }

    public void Begin(string name)
    {
        Append(name);
        Append(": "u8);
    }

    /// <exception cref="ProtocolException">It would end the line.</exception>
    public void Append(ReadOnlySpan<char> text)
    {
        if (text.ContainsAny(LineBreaks)) throw new ProtocolException("a field holds a line break");
        Reserve(text.Length);
        _count += Encoding.Latin1.GetBytes(text, _buffer.AsSpan(_count));
    }

    public void End() => Append("\r\n"u8);

    public void EndHead() => Append("\r\n"u8);

    /// <summary>Some of a body. What is little of it may be held until <see cref="FlushAsync"/>, by copy.</summary>
    /// <exception cref="IOException">Reset or closed.</exception>
    public async ValueTask SendAsync(ReadOnlySequence<byte> bytes)
    {
        if (bytes.IsEmpty) return;
        if (IsChunked)
        {
            Append(bytes.Length, 'x');
            Append("\r\n"u8);
        }

        if (_count + bytes.Length + 2 > BufferBytes) await FlushAsync();
        // What comes in small pieces, as out of TLS, is gathered; its sender flushes before he waits for more.
        if (_count + bytes.Length + 2 <= BufferBytes)
        {
            foreach (var segment in bytes) Append(segment.Span);
        }
        else
        {
            await FlushAsync();
            await socket.SendAsync(bytes);
        }

        // The chunk's end goes out with what follows it.
        if (IsChunked) Append("\r\n"u8);
    }

    /// <exception cref="IOException">Reset or closed.</exception>
    public ValueTask FlushAsync()
    {
        if (_count == 0) return default;
        var sending = socket.SendAsync(_buffer.AsMemory(0, _count));
        if (!sending.IsCompletedSuccessfully) return FinishAsync(sending);
        Release();
        return default;
    }

    /// <summary>The last chunk, behind which fields may follow before <see cref="EndHead"/>.</summary>
    public void EndChunks() => Append("0\r\n"u8);

    public void Dispose() => Release();

    private async ValueTask FinishAsync(ValueTask sending)
    {
        await sending;
        Release();
    }

    private void Append(ReadOnlySpan<byte> bytes)
    {
        Reserve(bytes.Length);
        bytes.CopyTo(_buffer.AsSpan(_count));
        _count += bytes.Length;
    }

    private void Append(long number, StandardFormat format)
    {
        // The longest there is: 19 decimal digits.
        Reserve(19);
        Utf8Formatter.TryFormat(number, _buffer.AsSpan(_count), out var written, format);
        _count += written;
    }

    private void Reserve(int more)
    {
        if (_count + more <= _buffer.Length) return;
        var larger = ArrayPool<byte>.Shared.Rent(Math.Max(BufferBytes, (_count + more) * 2));
        _buffer.AsSpan(0, _count).CopyTo(larger);
        if (_buffer.Length > 0) ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = larger;
    }

    private void Release()
    {
        if (_buffer.Length > 0) ArrayPool<byte>.Shared.Return(_buffer);
        (_buffer, _count) = ([], 0);
    }
}
