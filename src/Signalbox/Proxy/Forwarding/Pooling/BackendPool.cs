using System.Collections.Concurrent;
using System.Net.Security;
using Signalbox.Model;
using Signalbox.Proxy.Forwarding.Http1;
using Signalbox.Proxy.Transport;

namespace Signalbox.Proxy.Forwarding.Pooling;

/// <summary>Connections on the framework's sockets, in clear and over TLS, for whichever thread comes.</summary>
internal sealed class BackendPool : IBackendPool
{
    private static readonly List<SslApplicationProtocol> Protocols = [SslApplicationProtocol.Http11];

    private readonly ConcurrentDictionary<Backend, Idle> _idle = new();
    private readonly BackendConnector _connector;
    private readonly TimeProvider _time;
    private readonly ITimer _sweeper;
    private volatile bool _isDisposed;

    public BackendPool(BackendConnector connector, TimeProvider time)
    {
        (_connector, _time) = (connector, time);
        _sweeper = time.CreateTimer(static pool => ((BackendPool)pool!).Sweep(), this, IBackendPool.SweepTime, IBackendPool.SweepTime);
    }

    public BackendConnection? Take(Backend backend, bool mustBeFresh)
    {
        if (!_idle.TryGetValue(backend, out var idle)) return null;
        while (idle.Pop() is { } connection)
        {
            if (connection.Socket.IsFresh) return connection;
            connection.Dispose();
        }

        return null;
    }

    public async ValueTask<BackendConnection> OpenAsync(Backend backend, CancellationToken cancellation)
    {
        var (socket, stream) = await _connector.OpenAsync(backend, Protocols, cancellation);
        return new BackendConnection(new FrameworkSocket(socket, stream), loop: null);
    }

    public void Return(Backend backend, BackendConnection connection)
    {
        connection.IdleSince = _time.GetTimestamp();
        while (!_isDisposed)
        {
            var idle = _idle.GetOrAdd(backend, static _ => new Idle());
            switch (idle.Push(connection))
            {
                case true:
                    // Disposal may have emptied the table just before.
                    if (_isDisposed) Clear();
                    return;
                case false:
                    connection.Dispose();
                    return;
                default:
                    // The sweeper has just taken this one out of the table.
                    continue;
            }
        }

        connection.Dispose();
    }

    public void Dispose()
    {
        _isDisposed = true;
        _sweeper.Dispose();
        Clear();
    }

    private void Clear()
    {
        foreach (var idle in _idle.Values)
        {
            while (idle.Pop() is { } connection) connection.Dispose();
        }
    }

    private void Sweep()
    {
        foreach (var (backend, idle) in _idle)
        {
            if (idle.Sweep(connection => _time.GetElapsedTime(connection.IdleSince) >= IBackendPool.IdleTime || !connection.Socket.IsFresh))
                _idle.TryRemove(KeyValuePair.Create(backend, idle));
        }
    }

    /// <summary>Those of one backend.</summary>
    private sealed class Idle
    {
        private readonly List<BackendConnection> _connections = [];
        private bool _isRemoved;

        public BackendConnection? Pop()
        {
            lock (_connections)
            {
                if (_connections.Count == 0) return null;
                var last = _connections[^1];
                _connections.RemoveAt(_connections.Count - 1);
                return last;
            }
        }

        /// <returns>False when there are enough, null when this is no longer in the table.</returns>
        public bool? Push(BackendConnection connection)
        {
            lock (_connections)
            {
                if (_isRemoved) return null;
                if (_connections.Count >= IBackendPool.MostIdle) return false;
                _connections.Add(connection);
                return true;
            }
        }

        /// <returns>True when nothing is left and this takes no more.</returns>
        public bool Sweep(Predicate<BackendConnection> isOld)
        {
            lock (_connections)
            {
                _connections.RemoveAll(connection =>
                {
                    if (!isOld(connection)) return false;
                    connection.Dispose();
                    return true;
                });
                return _isRemoved = _connections.Count == 0;
            }
        }
    }
}
