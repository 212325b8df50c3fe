using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Logging.Abstractions;
using Signalbox.Model;
using Signalbox.Proxy;
using Signalbox.Proxy.Transport;
using Signalbox.Tests.Support;

namespace Signalbox.Tests.Proxy.Support;

/// <summary>A real router on ports of its own, with a client that reaches every name through it.</summary>
internal sealed class TestRouter : IAsyncDisposable
{
    private long _revision;

    /// <summary>One that is not started, on the transport given, else on this run's.</summary>
    public TestRouter(RouterOptions options, TransportKind? transport = null, TimeProvider? time = null, IMemoryPoolFactory<byte>? memory = null)
    {
        var services = new RouterServices(Book, Proof, Observed, Observed) { Challenges = Observed, Memory = memory };
        Router = new Router(options with { Transport = transport ?? TestTransport.Kind }, services, time ?? TimeProvider.System, NullLoggerFactory.Instance);
        Client = NewClient(HttpVersion.Version11);
    }

    public Router Router { get; }

    public SelfSignedBook Book { get; } = new();

    public ProofNonce Proof { get; } = new();

    public Observations Observed { get; } = new();

    /// <summary>HTTP/1.1, follows nothing, keeps what it is given.</summary>
    public HttpClient Client { get; }

    public int HttpPort => Router.Listeners.First(listener => listener.Protocol == "http").Port;

    public int HttpsPort => Router.Listeners.First(listener => listener.Protocol == "https").Port;

    /// <summary>Long enough for a loaded machine, short enough to notice a request that never ends.</summary>
    public static TimeSpan Patience { get; } = TimeSpan.FromSeconds(30);

    /// <param name="options">Its ports are left out of account.</param>
    /// <param name="transport">For tests of one transport or of the differences between them; null: this run's.</param>
    /// <param name="time">Its clock; null: the machine's.</param>
    /// <param name="memory">For a test that counts the buffers of event loops.</param>
    public static async Task<TestRouter> StartAsync(RouterOptions? options = null, TransportKind? transport = null, TimeProvider? time = null, IMemoryPoolFactory<byte>? memory = null)
    {
        var router = new TestRouter((options ?? new RouterOptions()) with { HttpPort = 0, HttpsPort = 0 }, transport, time, memory);
        (await router.Router.StartAsync(TestContext.Current.CancellationToken)).Succeeded.ShouldBeTrue();
        return router;
    }

    /// <summary>Routes a name in clear, unless told otherwise.</summary>
    public Route Route(string host, string target, string path = "/", TlsMode tls = TlsMode.Off, string? hostHeader = null) =>
        Apply(NewRoute(host, path, [Backend.Parse(target).Value!]) with { Tls = tls, HostHeader = hostHeader });

    public Route Apply(Route route)
    {
        var revised = route with { Revision = ++_revision };
        Router.Apply(new EdgeChange(_revision, [revised], []));
        return revised;
    }

    public void Remove(RouteKey key) => Router.Apply(new EdgeChange(++_revision, [], [key]));

    public static Route NewRoute(string host, string path, Items<Backend> backends)
    {
        var owner = Naming.RouteOwner(host, path);
        return new Route { Key = new RouteKey(host, path), Id = Naming.Id(owner), Owner = owner, Backends = backends, Tls = TlsMode.Off };
    }

    public static HttpClient NewClient(Version version) =>
        new(NewHandler()) { Timeout = Patience, DefaultRequestVersion = version, DefaultVersionPolicy = HttpVersionPolicy.RequestVersionExact };

    /// <summary>For what brings its own request.</summary>
    public static HttpMessageInvoker NewInvoker() => new(NewHandler());

    private static SocketsHttpHandler NewHandler()
    {
        var handler = new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseProxy = false,
            ActivityHeadersPropagator = null,
            Expect100ContinueTimeout = Patience,
            ConnectCallback = async (connection, cancellation) =>
            {
                var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
                await socket.ConnectAsync(IPAddress.Loopback, connection.DnsEndPoint.Port, cancellation);
                return new NetworkStream(socket, ownsSocket: true);
            },
        };
#pragma warning disable CA5359 // These certificates are signed by themselves.
        handler.SslOptions.RemoteCertificateValidationCallback = (_, _, _, _) => true;
#pragma warning restore CA5359
        return handler;
    }

    public string Url(string host, string target = "/") => $"http://{host}:{HttpPort}{target}";

    public string SecureUrl(string host, string target = "/") => $"https://{host}:{HttpsPort}{target}";

    /// <summary>A connection to speak raw bytes on.</summary>
    public Task<Wire> ConnectAsync() => Wire.ConnectAsync(HttpPort);

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await Router.StopAsync(TimeSpan.Zero);
    }
}
