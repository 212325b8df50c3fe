using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Logging;

namespace Signalbox.Proxy.Transport.Epoll;

/// <summary>The transport of event loops, as the server takes one: it asks for a listener on each of its addresses.</summary>
/// <param name="loops">Running; they outlive every listener.</param>
/// <param name="bound">The socket for an address, bound and listening.</param>
/// <param name="shortage">Told when accepting stops.</param>
/// <param name="time">For pauses.</param>
internal sealed class EpollTransportFactory(EventLoops loops, Func<EndPoint, Socket> bound, AcceptShortage shortage, TimeProvider time) : IConnectionListenerFactory
{
    public async ValueTask<IConnectionListener> BindAsync(EndPoint endpoint, CancellationToken cancellationToken = default)
    {
        var listener = new EpollListener(loops, bound(endpoint), shortage, time);
        try
        {
            await listener.StartAsync();
            return listener;
        }
        catch
        {
            await listener.DisposeAsync();
            throw;
        }
    }
}
