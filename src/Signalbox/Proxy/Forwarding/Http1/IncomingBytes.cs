using System.Buffers;
using System.Runtime.CompilerServices;
using Signalbox.Proxy.Transport;

namespace Signalbox.Proxy.Forwarding.Http1;

/// <summary>What a backend sends, as far as it has been read and not used. Holds a buffer only while it holds bytes.</summary>
internal sealed class IncomingBytes(IStreamSocket socket) : IDisposable
{
    /// <summary>Most heads and many whole answers fit; a head that does not makes the buffer grow.</summary>
    private const int BufferBytes = 8 * 1024;

    private byte[] _buffer = [];
    private int _start;
    private int _end;

    public Readability Readability { get; } = new(socket);

    public int Count => _end - _start;

    public ReadOnlySpan<byte> Bytes => _buffer.AsSpan(_start, Count);

    public void Use(int count)
    {
        _start += count;
        if (_start == _end) Release();
    }

    /// <summary>Uses as much of what is there as there is room for.</summary>
    public int Take(Span<byte> into)
    {
        var count = Math.Min(Count, into.Length);
        Bytes[..count].CopyTo(into);
        Use(count);
        return count;
    }

    /// <summary>Reads more behind what is there. While nothing is there, waits without a buffer.</summary>
    /// <returns>False when the backend has ended its side.</returns>
    /// <exception cref="IOException">Reset or closed.</exception>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<bool> FillAsync()
    {
        if (Count == 0) await Readability.WaitAsync();
        return await ReadAsync();
    }

    /// <summary>Reads more behind what is there, where <see cref="WaitAsync"/> has been awaited or something is there already.</summary>
    /// <returns>False when the backend has ended its side.</returns>
    /// <exception cref="IOException">Reset or closed.</exception>
    public ValueTask<bool> ReadAsync()
    {
        MakeRoom();
        var receiving = socket.ReceiveAsync(_buffer.AsMemory(_end));
        return receiving.IsCompletedSuccessfully ? new(Took(receiving.Result)) : ReadSlowlyAsync(receiving);
    }

    /// <summary>Until there is something beyond what has been read, or the end.</summary>
    /// <exception cref="IOException">Reset or closed.</exception>
    public ValueTask WaitAsync() => Readability.WaitAsync();

    /// <summary>Straight from the connection, past the buffer, which must be empty.</summary>
    /// <exception cref="IOException">Reset or closed.</exception>
    public ValueTask<int> ReceiveAsync(Memory<byte> into) => socket.ReceiveAsync(into);

    public void Dispose() => Release();

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<bool> ReadSlowlyAsync(ValueTask<int> receiving)
    {
        try
        {
            return Took(await receiving);
        }
        catch (IOException) when (Count == 0)
        {
            Release();
            throw;
        }
    }

    private bool Took(int read)
    {
        _end += read;
        if (Count == 0) Release();
        return read > 0;
    }

    private void MakeRoom()
    {
        if (_end < _buffer.Length) return;
        var count = Count;
        var larger = ArrayPool<byte>.Shared.Rent(Math.Max(BufferBytes, count * 2));
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
