using System.Buffers;

namespace Signalbox.Proxy.Tls;

/// <summary>A piece of decrypted bytes. The small ones come from the connection's own pool, the others from the shared one, so that none has more room than it needs.</summary>
internal sealed class PlainBlock : ReadOnlySequenceSegment<byte>
{
    private IMemoryOwner<byte>? _owner;
    private byte[]? _array;
    private Memory<byte> _room;
    private int _count;

    public PlainBlock? Following => (PlainBlock?)Next;

    /// <summary>Octets there are.</summary>
    public int Count => _count;

    /// <summary>What can still be written to.</summary>
    public Memory<byte> Free => _room[_count..];

    /// <summary>Gets it memory for at least so many octets.</summary>
    public void Begin(MemoryPool<byte> pool, int octets)
    {
        if (octets <= pool.MaxBufferSize) _room = (_owner = pool.Rent(octets)).Memory;
        else _room = _array = ArrayPool<byte>.Shared.Rent(octets);
    }

    public void Advance(int octets)
    {
        _count += octets;
        Memory = _room[.._count];
    }

    public void Append(PlainBlock following)
    {
        following.RunningIndex = RunningIndex + _count;
        Next = following;
    }

    /// <summary>Gives its memory back.</summary>
    public void End()
    {
        _owner?.Dispose();
        if (_array is not null) ArrayPool<byte>.Shared.Return(_array);
        (_owner, _array, _room, _count) = (null, null, default, 0);
        (Memory, RunningIndex, Next) = (default, 0, null);
    }
}
