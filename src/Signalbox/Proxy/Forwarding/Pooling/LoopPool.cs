using System.Collections.Concurrent;
using Signalbox.Model;
using Signalbox.Proxy.Forwarding.Http1;
using Signalbox.Proxy.Transport.Epoll;

namespace Signalbox.Proxy.Forwarding.Pooling;

/// <summary>
/// The connections of one event loop, touched there alone and so without locks. Each idle one waits for what it may read, so that a backend's closing is
/// noticed within the loop's turn and not by the next request.
/// </summary>
/// <param name="loop">Where all of this happens.</param>
/// <param name="connector">Makes new ones.</param>
/// <param name="counts">Of all loops, by backend.</param>
internal sealed class LoopPool(EventLoop loop, BackendConnector connector, ConcurrentDictionary<Backend, IdleCount> counts) : IBackendPool
{
    private static readonly long IdleSweeps = IBackendPool.IdleTime.Ticks / IBackendPool.SweepTime.Ticks;

    private readonly Dictionary<Backend, Idle> _idle = [];
    private readonly List<Backend> _empty = [];

    /// <summary>The backend asked for last, as a rule the next one too: found by a comparison of references instead of a hash over its name.</summary>
    private (Backend? Backend, Idle? Idle) _last;

    /// <summary>The clock of idle connections: it counts sweeps, so that no request has to read one.</summary>
    private long _sweeps;
    private volatile bool _isDisposed;

    /// <summary>Sweeps so far; on the loop.</summary>
    public long Sweeps => _sweeps;

    public BackendConnection? Take(Backend backend, bool mustBeFresh)
    {
        if (Find(backend) is not { } idle) return null;
        while (idle.Pop() is { } connection)
        {
            connection.Incoming.Readability.EndIdle();
            // What the kernel knows and the loop has not been told yet: a request that can be repeated finds out at less cost. But after some seconds of idleness the backend may
            // be about to give the connection up, and one that says so (408, RFC 9110 15.5.9) would have answered whatever is sent now.
            if ((!mustBeFresh && connection.IdleSince == _sweeps) || connection.Socket.IsFresh) return connection;
            connection.Dispose();
        }

        return null;
    }

    public async ValueTask<BackendConnection> OpenAsync(Backend backend, CancellationToken cancellation)
    {
        var socket = await connector.ConnectAsync(
            backend,
            async (to, token) =>
            {
                // A name's addresses may have been looked up elsewhere.
                await loop.SwitchAsync();
                return await LoopSocket.ConnectAsync(loop, to, token);
            },
            cancellation);
        await loop.SwitchAsync();
        return new BackendConnection(socket, loop);
    }

    public void Return(Backend backend, BackendConnection connection)
    {
        var idle = IdleOf(backend);
        connection.IdleSince = _sweeps;
        if (_isDisposed || !idle.Push(connection)) connection.Dispose();
        else if (!connection.Incoming.Readability.BeginIdle(idle.Ended, connection)) idle.Drop(connection);
    }

    /// <summary>Lets go of what has been idle too long; from any thread.</summary>
    public void BeginSweep() => loop.Post(static pool => ((LoopPool)pool!).Sweep(), this);

    private void Sweep()
    {
        _sweeps++;
        foreach (var (backend, idle) in _idle)
        {
            if (idle.Sweep(_sweeps - IdleSweeps)) _empty.Add(backend);
        }

        foreach (var backend in _empty) _idle.Remove(backend);
        _empty.Clear();
        _last = default;
    }

    /// <summary>From any thread. A loop that has ended has closed its sockets, and whoever comes back then finds this disposed.</summary>
    public void Dispose()
    {
        _isDisposed = true;
        loop.Post(static pool => ((LoopPool)pool!).Clear(), this);
    }

    private void Clear()
    {
        foreach (var idle in _idle.Values)
        {
            while (idle.Pop() is { } connection)
            {
                connection.Incoming.Readability.EndIdle();
                connection.Dispose();
            }
        }

        _idle.Clear();
        _last = default;
    }

    private Idle? Find(Backend backend)
    {
        if (ReferenceEquals(backend, _last.Backend)) return _last.Idle;
        if (!_idle.TryGetValue(backend, out var idle)) return null;
        _last = (backend, idle);
        return idle;
    }

    /// <summary>One whose count has ended meanwhile is empty: what it holds, it counts.</summary>
    private Idle IdleOf(Backend backend)
    {
        if (Find(backend) is { Count.IsGone: false } idle) return idle;
        _last = default;
        return _idle[backend] = new Idle(counts.GetOrAdd(backend, static _ => new IdleCount()));
    }

    /// <summary>Those of one backend.</summary>
    private sealed class Idle
    {
        private readonly List<BackendConnection> _connections = [];

        public Idle(IdleCount count)
        {
            Count = count;
            Ended = connection => Drop((BackendConnection)connection);
        }

        public IdleCount Count { get; }

        /// <summary>Drops the connection that is its argument; made once.</summary>
        public Action<object> Ended { get; }

        public BackendConnection? Pop()
        {
            if (_connections.Count == 0) return null;
            var last = _connections[^1];
            _connections.RemoveAt(_connections.Count - 1);
            Count.Leave();
            return last;
        }

        public bool Push(BackendConnection connection)
        {
            if (!Count.TryEnter()) return false;
            _connections.Add(connection);
            return true;
        }

        public void Drop(BackendConnection connection)
        {
            // The oldest end first, as a rule.
            if (!_connections.Remove(connection)) return;
            Count.Leave();
            connection.Dispose();
        }

        /// <returns>True when nothing is left.</returns>
        public bool Sweep(long oldest)
        {
            // The longest idle stand first: what is taken and put back is always at the end.
            var old = 0;
            while (old < _connections.Count && _connections[old].IdleSince < oldest) old++;
            for (var i = 0; i < old; i++)
            {
                _connections[i].Incoming.Readability.EndIdle();
                _connections[i].Dispose();
                Count.Leave();
            }

            _connections.RemoveRange(0, old);
            return _connections.Count == 0;
        }
    }
}
