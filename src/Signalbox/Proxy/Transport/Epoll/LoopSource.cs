namespace Signalbox.Proxy.Transport.Epoll;

/// <summary>Something with a descriptor that a loop watches. All of it runs on that loop.</summary>
internal abstract class LoopSource
{
    /// <summary>Its place in the loop's table, with the number of times the place has been used; 0 while it has none.</summary>
    public ulong Key { get; set; }

    /// <summary>For reports of turns that took too long.</summary>
    public abstract string What { get; }

    /// <summary>The descriptor is ready for something.</summary>
    public abstract void OnReady(Readiness readiness);

    /// <summary>The loop ends; whoever waits is told so.</summary>
    public abstract void OnLoopEnding();
}
