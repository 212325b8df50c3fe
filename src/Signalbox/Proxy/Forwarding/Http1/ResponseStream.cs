using System.Globalization;

namespace Signalbox.Proxy.Forwarding.Http1;

/// <summary>
/// The body of an answer, taken out of its framing (RFC 9112 6 and 7). A read of no bytes completes when the next read will not have to wait; until
/// then it holds no buffer. An end that comes too early is an error, never an end.
/// </summary>
internal sealed class ResponseStream(IncomingBytes incoming, Framing framing, long length) : Stream
{
    /// <summary>A chunk's size line, extensions included; 16 hexadecimal digits would do.</summary>
    private const int MaxChunkLineBytes = 4096;

    /// <summary>Bytes left of the body, or of the present chunk.</summary>
    private long _left = framing switch { Framing.Length => length, Framing.UntilClose => long.MaxValue, _ => 0 };

    private bool _isBehindChunk;

    /// <summary>True once the body has been read to its end.</summary>
    public bool IsComplete { get; private set; } = framing == Framing.None;

    /// <summary>Fields behind the last chunk.</summary>
    public List<KeyValuePair<string, string>> Trailers { get; private set; } = [];

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        while (_left == 0 && !IsComplete)
        {
            if (!AdvanceChunk() && !await incoming.FillAsync(cancellationToken)) throw TooEarly();
        }

        if (IsComplete) return 0;
        if (buffer.IsEmpty)
        {
            if (incoming.Count == 0) _ = await incoming.ReadAsync(buffer, cancellationToken);
            return 0;
        }

        var read = await incoming.ReadAsync(buffer[..(int)Math.Min(buffer.Length, _left)], cancellationToken);
        if (read == 0)
        {
            if (framing != Framing.UntilClose) throw TooEarly();
            IsComplete = true;
            return 0;
        }

        if (framing == Framing.UntilClose) return read;
        _left -= read;
        if (_left > 0) return read;
        if (framing == Framing.Length) IsComplete = true;
        else _isBehindChunk = true;
        return read;
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) => ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Flush() => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    /// <summary>Takes what stands between chunks, as far as it is there. False when more must be read first.</summary>
    private bool AdvanceChunk()
    {
        var bytes = incoming.Bytes;
        if (_isBehindChunk)
        {
            if (bytes.Length < 2) return false;
            if (!bytes.StartsWith("\r\n"u8)) throw new ProtocolException("its chunks do not fit together");
            incoming.Use(2);
            _isBehindChunk = false;
            return true;
        }

        var end = bytes.IndexOf((byte)'\n');
        if (end < 0) return bytes.Length > MaxChunkLineBytes ? throw new ProtocolException("its chunks do not fit together") : false;
        var size = SizeOf(bytes[..end]);
        if (size > 0)
        {
            incoming.Use(end + 1);
            _left = size;
            return true;
        }

        // RFC 9112 7.1.2: behind the last chunk come trailer fields and an empty line.
        var trailers = bytes[(end + 1)..];
        var length = ResponseParser.HeadLength(trailers);
        if (length == 0) return bytes.Length > ResponseParser.MaxHeadBytes ? throw new ProtocolException("its trailer section is too large") : false;
        Trailers = ResponseParser.ParseFields(ref trailers);
        incoming.Use(end + 1 + length);
        IsComplete = true;
        return true;
    }

    private static long SizeOf(ReadOnlySpan<byte> line)
    {
        var end = line.IndexOf((byte)';');
        var digits = (end < 0 ? line : line[..end]).Trim(" \t\r"u8);
        return digits.Length <= 15 && long.TryParse(digits, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var size)
            ? size
            : throw new ProtocolException("its chunks do not fit together");
    }

    private static ProtocolException TooEarly() => new("it closed the connection without a whole answer");
}
