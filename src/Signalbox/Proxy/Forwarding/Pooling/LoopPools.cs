using System.Collections.Concurrent;
using Signalbox.Model;
using Signalbox.Proxy.Transport.Epoll;

namespace Signalbox.Proxy.Forwarding.Pooling;

/// <summary>The pools of a router's loops. Each is found by its loop's number, and made at the loop's first request.</summary>
internal sealed class LoopPools : IDisposable
{
    private readonly ConcurrentDictionary<Backend, IdleCount> _counts = new();
    private readonly Lock _making = new();
    private readonly BackendConnector _connector;
    private readonly ITimer _sweeper;

    /// <summary>Replaced whole when one is added, so that looking one up needs no lock.</summary>
    private volatile LoopPool?[] _pools = [];
    private bool _isDisposed;

    public LoopPools(BackendConnector connector, TimeProvider time)
    {
        _connector = connector;
        _sweeper = time.CreateTimer(static pools => ((LoopPools)pools!).Sweep(), this, IBackendPool.SweepTime, IBackendPool.SweepTime);
    }

    public LoopPool Of(EventLoop loop)
    {
        var pools = _pools;
        return loop.Index < pools.Length && pools[loop.Index] is { } pool ? pool : Make(loop);
    }

    public void Dispose()
    {
        _sweeper.Dispose();
        lock (_making)
        {
            _isDisposed = true;
            foreach (var pool in _pools) pool?.Dispose();
        }
    }

    private LoopPool Make(EventLoop loop)
    {
        lock (_making)
        {
            var pools = _pools;
            if (loop.Index < pools.Length && pools[loop.Index] is { } made) return made;
            Array.Resize(ref pools, Math.Max(pools.Length, loop.Index + 1));
            var pool = pools[loop.Index] = new LoopPool(loop, _connector, _counts);
            if (_isDisposed) pool.Dispose();
            _pools = pools;
            return pool;
        }
    }

    private void Sweep()
    {
        foreach (var pool in _pools) pool?.BeginSweep();
        foreach (var (backend, count) in _counts)
        {
            if (count.TryEnd()) _counts.TryRemove(KeyValuePair.Create(backend, count));
        }
    }
}
