namespace Signalbox.Proxy.Forwarding.Http1;

/// <summary>
/// The body of an answer, taken out of its framing (RFC 9112 6 and 7). A read of no bytes completes when the next read will not have to wait; until
/// then it holds no buffer. An end that comes too early is an error, never an end.
/// </summary>
internal sealed class ResponseStream(IncomingBytes incoming, Framing framing, long length) : Stream
{
    private readonly ChunkedDecoder? _chunks = framing == Framing.Chunked ? new ChunkedDecoder() : null;

    /// <summary>Bytes left of the body, or of the present chunk.</summary>
    private long _left = framing switch { Framing.Length => length, Framing.UntilClose => long.MaxValue, _ => 0 };

    /// <summary>True once the body has been read to its end.</summary>
    public bool IsComplete { get; private set; } = framing == Framing.None;

    /// <summary>Fields behind the last chunk.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Trailers => _chunks?.Trailers ?? [];

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
        _chunks?.TookData(read);
        if (_left == 0 && framing == Framing.Length) IsComplete = true;
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
        var used = _chunks!.TakeFraming(incoming.Bytes);
        if (used > 0) incoming.Use(used);
        (_left, IsComplete) = (_chunks.DataLeft, _chunks.IsComplete);
        return _left > 0 || IsComplete;
    }

    private static ProtocolException TooEarly() => new("it closed the connection without a whole answer");
}
