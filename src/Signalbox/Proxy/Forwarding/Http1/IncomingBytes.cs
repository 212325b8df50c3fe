using System.Buffers;

namespace Signalbox.Proxy.Forwarding.Http1;

/// <summary>What a backend sends, as far as it has been read and not used. Holds a buffer only while it holds bytes.</summary>
internal sealed class IncomingBytes(Stream stream) : IDisposable
{
    /// <summary>Most heads and many whole answers fit; a head that does not makes the buffer grow.</summary>
    private const int BufferBytes = 8 * 1024;

    private byte[] _buffer = [];
    private int _start;
    private int _end;

    public int Count => _end - _start;

    public ReadOnlySpan<byte> Bytes => _buffer.AsSpan(_start, Count);

    public void Use(int count)
    {
        _start += count;
        if (_start == _end) Release();
    }

    /// <summary>Reads more behind what is there. While nothing is there, waits without a buffer.</summary>
    /// <returns>False when the backend has ended its side.</returns>
    public async ValueTask<bool> FillAsync(CancellationToken cancellation)
    {
        if (Count == 0) _ = await stream.ReadAsync(Memory<byte>.Empty, cancellation);
        MakeRoom();
        var read = await stream.ReadAsync(_buffer.AsMemory(_end), cancellation);
        _end += read;
        if (Count == 0) Release();
        return read > 0;
    }

    /// <summary>What is there, or straight from the connection. With no room to read into: waits until there is something, or the end.</summary>
    public ValueTask<int> ReadAsync(Memory<byte> into, CancellationToken cancellation)
    {
        if (Count == 0) return stream.ReadAsync(into, cancellation);
        var count = Math.Min(Count, into.Length);
        Bytes[..count].CopyTo(into.Span);
        Use(count);
        return new(count);
    }

    public void Dispose() => Release();

    private void MakeRoom()
    {
        if (_end < _buffer.Length) return;
        var larger = ArrayPool<byte>.Shared.Rent(Math.Max(BufferBytes, Count * 2));
        var count = Count;
        Bytes.CopyTo(larger);
        Release();
        (_buffer, _end) = (larger, count);
    }

    private void Release()
    {
        if (_buffer.Length > 0) ArrayPool<byte>.Shared.Return(_buffer);
        (_buffer, _start, _end) = ([], 0, 0);
    }
}
