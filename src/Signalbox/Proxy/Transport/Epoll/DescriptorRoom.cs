namespace Signalbox.Proxy.Transport.Epoll;

/// <summary>
/// How many descriptors this process may have, and how many of them connections may take. The rest is for those accepted: each may need one to its
/// backend, and the program opens files of its own. Without any left, requests would be taken that nothing can be done for.
/// </summary>
internal sealed class DescriptorRoom
{
    /// <summary>Kept back at most: backend connections are shared by far more clients, and files are open for a moment only.</summary>
    private const int MostReserve = 128;

    /// <summary>The part kept back where the limit is low: one in eight.</summary>
    private const int ReservePart = 8;

    private readonly Func<long> _limit;

    public DescriptorRoom()
        : this(Libc.DescriptorLimit)
    {
    }

    /// <param name="limit">The highest number of descriptors; may change while the process runs.</param>
    public DescriptorRoom(Func<long> limit) => _limit = limit;

    /// <summary>True when a descriptor of this number is one of the last: the kernel gives out the lowest that is free.</summary>
    public bool IsShort(int descriptor)
    {
        var limit = _limit();
        return descriptor >= limit - Math.Min(MostReserve, limit / ReservePart);
    }

    /// <summary>True when the next one would be.</summary>
    /// <param name="any">An open one.</param>
    public bool IsShortBeside(int any)
    {
        var next = Libc.Duplicate(any);
        if (next < 0) return true;
        _ = Libc.Close(next);
        return IsShort(next);
    }
}
