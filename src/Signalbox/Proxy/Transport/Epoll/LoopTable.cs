namespace Signalbox.Proxy.Transport.Epoll;

/// <summary>
/// What a loop watches, by the number the kernel hands back with each event. A source that is gone may still have events in the batch at hand, or its
/// place may already be another's: so the number holds how often the place has been used, and an event for an earlier use finds nothing.
/// </summary>
internal sealed class LoopTable
{
    private LoopSource?[] _sources = new LoopSource?[64];
    private uint[] _uses = new uint[64];
    private readonly Stack<int> _free = new();
    private int _top;

    public int Count { get; private set; }

    public IEnumerable<LoopSource> All => _sources.OfType<LoopSource>();

    public ulong Add(LoopSource source)
    {
        if (!_free.TryPop(out var place))
        {
            if (_top == _sources.Length)
            {
                Array.Resize(ref _sources, _top * 2);
                Array.Resize(ref _uses, _top * 2);
            }

            place = _top++;
        }

        _sources[place] = source;
        Count++;
        return source.Key = ((ulong)(_uses[place] = UseAfter(_uses[place])) << 32) | (uint)place;
    }

    /// <summary>Counts from 1 and begins there again after 2^32 - 1: a key of 0 is the loop's own, for waking it.</summary>
    internal static uint UseAfter(uint use) => use == uint.MaxValue ? 1 : use + 1;

    public void Remove(LoopSource source)
    {
        if (Find(source.Key) != source) return;
        var place = (int)(uint)source.Key;
        _sources[place] = null;
        source.Key = 0;
        _free.Push(place);
        Count--;
    }

    public LoopSource? Find(ulong key)
    {
        var place = (uint)key;
        return place < (uint)_sources.Length && _uses[place] == (uint)(key >> 32) ? _sources[place] : null;
    }
}
