using System.Net;
using Signalbox.EndToEnd.Differential.Playing;
using Signalbox.Model;
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

    public int SecurePort => _router!.HttpsPort;

    public async Task StartAsync(IReadOnlyList<BackendOfHost> routes)
    {
        _router = await TestRouter.StartAsync(new RouterOptions
        {
            // One loop, as the others have one thread: each loop has connections of its own to the backends.
            Addresses = [IPAddress.Loopback], Forwarder = forwarder, EventLoops = 1, HeadersTimeout = Limits.Head, BackendWait = Limits.Away,
        }, transport);
        _router.Book.Only = new ServerCertificate(SelfSignedBook.Make("localhost"), []);
        var probe = routes.Single(route => route.Host == ClientPart.ProbeHost);
        foreach (var route in routes)
        {
            _router.Route(route.Host, $"http://{route.Backend}", tls: route.IsSecure ? TlsMode.Auto : TlsMode.Off);
            if (route.IsSecure) _router.Route(route.Host, $"http://{probe.Backend}", ClientPart.ProbePath, TlsMode.Auto);
        }
    }

    public static string NameOf(TransportKind transport, ForwarderKind forwarder) => $"{transport}, {forwarder}";

    public async ValueTask DisposeAsync()
    {
        if (_router is not null) await _router.DisposeAsync();
    }
}
