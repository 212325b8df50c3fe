using System.Buffers;

namespace Signalbox.Proxy.Tls;

/// <summary>Decrypted bytes that have not been used yet, in order. While there are none it holds no memory.</summary>
internal sealed class PlainBytes(MemoryPool<byte> pool)
{
    private PlainBlock? _first;
    private PlainBlock? _last;

    /// <summary>Kept for next time; most requests come in one block.</summary>
    private PlainBlock? _spare;

    /// <summary>Octets of the first block that have been used.</summary>
    private int _used;

    public bool IsEmpty => _first is null;

    public long Length => _first is null ? 0 : _last!.RunningIndex + _last.Count - _first.RunningIndex - _used;

    public ReadOnlySequence<byte> All => _first is null ? default : new(_first, _used, _last!, _last!.Count);

    /// <summary>Memory behind what is there, for at least so many octets; where it takes a new block, that one has room for <paramref name="block"/> of them.</summary>
    public Memory<byte> Room(int octets, int block = 0)
    {
        if (_last is null || _last.Free.Length < octets) Add(Math.Max(octets, block));
        return _last!.Free;
    }

    public void Advance(int octets) => _last!.Advance(octets);

    /// <summary>Everything before the position has been used.</summary>
    public void Use(SequencePosition consumed)
    {
        if (consumed.GetObject() is not PlainBlock until) return;
        while (_first != until) Drop();
        _used = consumed.GetInteger();
        Trim();
    }

    /// <summary>Gives back the memory of what is empty, also of room that nothing came into.</summary>
    public void Trim()
    {
        while (_first is not null && _used == _first.Count) Drop();
    }

    public void Clear()
    {
        while (_first is not null) Drop();
    }

    private void Add(int octets)
    {
        var block = _spare ?? new PlainBlock();
        _spare = null;
        block.Begin(pool, octets);
        _last?.Append(block);
        _last = block;
        _first ??= block;
    }

    private void Drop()
    {
        var block = _first!;
        (_first, _used) = (block.Following, 0);
        if (_first is null) _last = null;
        block.End();
        _spare = block;
    }
}
