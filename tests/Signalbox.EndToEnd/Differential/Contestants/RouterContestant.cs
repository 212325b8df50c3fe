using System.Net;
using Signalbox.Proxy;
using Signalbox.Proxy.Transport;
using Signalbox.Tests.Proxy.Support;

namespace Signalbox.EndToEnd.Differential.Contestants;

/// <summary>Our own router, in this process, in one of its pairings.</summary>
internal sealed class RouterContestant(TransportKind transport, ForwarderKind forwarder) : IContestant
{
    private TestRouter? _router;

    public string Name { get; } = NameOf(transport, forwarder);

    public int Port => _router!.HttpPort;

    public async Task StartAsync(IReadOnlyList<BackendOfHost> routes)
    {
        _router = await TestRouter.StartAsync(new RouterOptions
        {
            // One loop, as the others have one thread: each loop has connections of its own to the backends.
            Addresses = [IPAddress.Loopback], Forwarder = forwarder, EventLoops = 1, HeadersTimeout = Limits.Head, BackendWait = Limits.Away,
        }, transport);
        foreach (var route in routes) _router.Route(route.Host, $"http://{route.Backend}");
    }

    public static string NameOf(TransportKind transport, ForwarderKind forwarder) => $"{transport}, {forwarder}";

    public async ValueTask DisposeAsync()
    {
        if (_router is not null) await _router.DisposeAsync();
    }
}
