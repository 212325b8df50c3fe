using System.Collections;
using System.Net;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Logging;
using Signalbox.Model;

namespace Signalbox.Proxy.Transport;

/// <summary>
/// Every address and port the router is to listen on, each by itself: those that can be had listen, the others are tried again and hold up nobody. As the server's
/// transport it has a listener for each at once, whether there is a socket behind it yet or not.
/// </summary>
internal sealed class ListenPoints(TimeProvider time, ILogger log) : IConnectionListenerFactory, IEnumerable<StandingListener>, IDisposable
{
    private readonly ListenSockets _sockets = new();
    private readonly List<StandingListener> _listeners = [];
    private IConnectionListenerFactory? _transport;

    /// <summary>Called whenever one of them has begun or ceased to listen, or the reason has changed; on any thread.</summary>
    public Action Changed { private get; set; } = () => { };

    /// <summary>Makes a listener for one port on each address, and has each try to bind. Port 0 takes one that is free on all of them.</summary>
    /// <returns>The port. A problem only where there is nothing to wait for.</returns>
    public Outcome<int> Add(IReadOnlyList<IPAddress> addresses, int port, bool secure)
    {
        var supported = addresses.Where(ListenSockets.IsSupported).ToList();
        if (supported.Count == 0)
            return new Problem(ProblemType.AddressMissing, ProblemSide.System, string.Join(", ", addresses), "This system does not know the kind of any of these addresses.", "Give another one with --bind.");
        if (port != 0)
        {
            foreach (var address in supported) New(new IPEndPoint(address, port)).TryFirst();
            return port;
        }

        var bound = _sockets.BindFree(supported);
        if (!bound.Succeeded) return bound;
        foreach (var point in _sockets.EndPoints.Where(point => point.Port == bound.Value).ToList()) New(point).Adopt(_sockets.Peek(point));
        return bound;

        StandingListener New(IPEndPoint point)
        {
            var isOneOfTwo = addresses.Count > 1 && (point.Address.Equals(IPAddress.IPv6Loopback) || point.Address.Equals(IPAddress.IPv6Any));
            var listener = new StandingListener(new ListenPoint(point, secure, ListenSockets.IsDual(point.Address, addresses)) { MayBeMissing = isOneOfTwo }, _sockets, time, log, () => Changed());
            _listeners.Add(listener);
            return listener;
        }
    }

    /// <summary>The transport that makes listeners of sockets, before the server asks for any.</summary>
    public IConnectionListenerFactory On(Func<ListenSockets, IConnectionListenerFactory> transport)
    {
        _transport = transport(_sockets);
        return this;
    }

    public async ValueTask<IConnectionListener> BindAsync(EndPoint endpoint, CancellationToken cancellationToken = default)
    {
        var listener = _listeners.First(listener => listener.EndPoint.Equals(endpoint));
        await listener.BeginAsync(_transport!);
        return listener;
    }

    public IEnumerator<StandingListener> GetEnumerator() => _listeners.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <summary>Closes what no transport has taken.</summary>
    public void Dispose() => _sockets.Dispose();
}
