using System.Buffers;
using System.Buffers.Text;
using System.Text;

namespace Signalbox.Proxy.Forwarding.Http1;

/// <summary>What goes to a backend: a head and the first of its body gathered into one write, then the body as it comes, in chunks where its length is not known.</summary>
internal sealed class OutgoingBytes(Stream stream) : Stream, IFieldSink
{
    /// <summary>A head with its cookies, and the body of a small request.</summary>
    private const int BufferBytes = 16 * 1024;

    /// <summary>The longest chunk size line: 8 hexadecimal digits and CRLF.</summary>
    private const int ChunkLineBytes = 10;

    private static readonly SearchValues<char> LineBreaks = SearchValues.Create("\r\n\0");

    private byte[] _buffer = [];
    private int _count;

    /// <summary>True while what is written goes out as chunks (RFC 9112 7.1).</summary>
    public bool IsChunked { get; set; }

    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    public void AddLine(string method, string target) => Write($"{method} {target} HTTP/1.1");

    /// <exception cref="ProtocolException">Name or value would end the line: no server of ours lets that in, and it must never get out.</exception>
    public void Add(string name, string value)
    {
        if (value.AsSpan().ContainsAny(LineBreaks) || name.AsSpan().ContainsAny(LineBreaks)) throw new ProtocolException("a field holds a line break");
        Write(name, ": ", value);
    }

    public void EndHead() => Write("");

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (buffer.Length == 0) return;
        if (IsChunked) WriteChunkLine(buffer.Length);
        if (_count + buffer.Length + 2 <= BufferBytes)
        {
            Append(buffer.Span);
        }
        else
        {
            await FlushAsync(cancellationToken);
            await stream.WriteAsync(buffer, cancellationToken);
        }

        if (IsChunked) Append("\r\n"u8);
    }

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) => WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override async Task FlushAsync(CancellationToken cancellationToken)
    {
        if (_count == 0) return;
        await stream.WriteAsync(_buffer.AsMemory(0, _count), cancellationToken);
        Release();
    }

    /// <summary>Ends the body and sends what is left.</summary>
    public async Task FinishAsync(CancellationToken cancellation)
    {
        if (IsChunked) Append("0\r\n\r\n"u8);
        await FlushAsync(cancellation);
    }

    public override void Flush() => throw new NotSupportedException();

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        Release();
        base.Dispose(disposing);
    }

    private void Write(params ReadOnlySpan<string> parts)
    {
        foreach (var part in parts)
        {
            Reserve(part.Length);
            _count += Encoding.Latin1.GetBytes(part, _buffer.AsSpan(_count));
        }

        Append("\r\n"u8);
    }

    private void WriteChunkLine(int length)
    {
        Reserve(ChunkLineBytes);
        Utf8Formatter.TryFormat(length, _buffer.AsSpan(_count), out var written, 'x');
        _count += written;
        Append("\r\n"u8);
    }

    private void Append(ReadOnlySpan<byte> bytes)
    {
        Reserve(bytes.Length);
        bytes.CopyTo(_buffer.AsSpan(_count));
        _count += bytes.Length;
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
