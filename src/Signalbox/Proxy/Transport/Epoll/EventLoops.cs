using System.Buffers;
using System.Runtime.InteropServices;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Logging;

namespace Signalbox.Proxy.Transport.Epoll;

/// <summary>All the loops of a router, started together and ended after everything that lives on them.</summary>
internal sealed class EventLoops : IAsyncDisposable
{
    /// <summary>A new connection goes to the loop with the fewest once that has fewer by a part of this size; a hop is not worth less.</summary>
    private const int UnevennessPart = 8;

    private EventLoops(IReadOnlyList<EventLoop> all, IReadOnlyList<MemoryPool<byte>> pools) => (All, Pools) = (all, pools);

    public IReadOnlyList<EventLoop> All { get; }

    /// <summary>Buffers by loop, so that loops do not meet there.</summary>
    private IReadOnlyList<MemoryPool<byte>> Pools { get; }

    /// <summary>Why there can be none on this system; null when there can.</summary>
    public static string? Unsupported =>
        !OperatingSystem.IsLinux() ? "epoll is a part of Linux, and this is another system"
        : RuntimeInformation.ProcessArchitecture is not (Architecture.X64 or Architecture.Arm64) ? $"epoll is not supported on {RuntimeInformation.ProcessArchitecture} processors"
        : null;

    /// <param name="count">Of loops; 0 means one a core.</param>
    /// <param name="memory">Makes their buffer pools.</param>
    /// <param name="time">Measures their turns.</param>
    /// <param name="logs">Told of long turns and faults.</param>
    /// <exception cref="IOException">The system gives no descriptors for it.</exception>
    public static EventLoops Start(int count, IMemoryPoolFactory<byte> memory, TimeProvider time, ILoggerFactory logs)
    {
        var log = logs.CreateLogger<EventLoop>();
        var loops = new List<EventLoop>();
        try
        {
            for (var i = 0; i < (count > 0 ? count : Environment.ProcessorCount); i++) loops.Add(new EventLoop(i, time, log));
            return new EventLoops(loops, [.. loops.Select(_ => memory.Create())]);
        }
        catch
        {
            loops.ForEach(loop => loop.End());
            throw;
        }
    }

    public MemoryPool<byte> PoolOf(EventLoop loop) => Pools[loop.Index];

    /// <summary>
    /// Where a connection that came in on <paramref name="here"/> is to live. The kernel wakes one waiting loop for a connection, always the same while that one has
    /// nothing to do: so one loop is never more than one connection, or an eighth, ahead of another.
    /// </summary>
    public EventLoop HomeFor(EventLoop here)
    {
        var fewest = here;
        foreach (var loop in All)
        {
            if (loop.Connections < fewest.Connections) fewest = loop;
        }

        return here.Connections > fewest.Connections + (fewest.Connections / UnevennessPart) ? fewest : here;
    }

    /// <summary>Ends the loops; what still lives on them is closed.</summary>
    public async ValueTask DisposeAsync()
    {
        // Whoever stops the router may have come here by way of a loop, which cannot wait for its own end.
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        foreach (var loop in All) loop.End();
        foreach (var pool in Pools) pool.Dispose();
    }
}
