using System.Net.Security;
using System.Net.Sockets;
using Signalbox.Model;
using Signalbox.Proxy;
using Signalbox.Proxy.Transport;
using Signalbox.Tests.Proxy.Support;

namespace Signalbox.Tests.Proxy.Transport.Epoll;

/// <summary>What the whole router makes of its loops: guard, TLS, server and lane together.</summary>
public sealed class RouterOnLoopsTests
{
    private const string Head = "HTTP/1.1 200 OK\r\n";

    private readonly CountingPool _pool = new();

    [Theory]
    [InlineData(0)]
    [InlineData(3)]
    public async Task Loops_AreAsManyAsToldOrOneACore(int told)
    {
        await using var router = await TestRouter.StartAsync(new RouterOptions { EventLoops = told }, TransportKind.Epoll);
        router.Router.Transport.Loops.ShouldBe(told == 0 ? Environment.ProcessorCount : told);
    }

    /// <summary>
    /// Each of four clients lives on a loop of its own, as they are spread evenly; and wherever a client lives, all the connections that are opened for its
    /// requests are opened there.
    /// </summary>
    [Fact]
    public async Task BackendConnections_OfEachClient_AreOpenedOnOneLoopThatIsTheClients()
    {
        const int loops = 4, rounds = 5;
        // One connection for each request.
        using var backend = new ScriptedBackend(async wire =>
        {
            await wire.ReadHeadAsync();
            await wire.SendAsync(Head + "Content-Length: 2\r\nConnection: close\r\n\r\nok");
        });
        await using var router = await TestRouter.StartAsync(new RouterOptions { EventLoops = loops }, TransportKind.Epoll);
        router.Route("app.localhost", backend.Url);
        var clients = new List<Wire>();
        for (var i = 0; i < loops; i++)
        {
            clients.Add(await router.ConnectAsync());
            await AskAsync(clients[i]);
        }

        for (var round = 1; round < rounds; round++)
        {
            foreach (var client in clients) await AskAsync(client);
        }

        var opened = router.Observed.ReachedOn.ToArray();
        opened.Length.ShouldBe(loops * rounds);
        var first = opened[..loops];
        first.Order().ShouldBe([0, 1, 2, 3]);
        foreach (var round in opened.Chunk(loops)) round.ShouldBe(first);
        clients.ForEach(client => client.Dispose());

        static async Task AskAsync(Wire client)
        {
            await client.SendAsync("GET / HTTP/1.1\r\nHost: app.localhost\r\n\r\n");
            await client.ReadToAsync("ok");
        }
    }

    /// <summary>What a connection needs while it is served it gives back, whatever the last request on it was; also while a stream of events is silent.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task IdleConnections_AfterRequestsOfEachKind_HoldNoBuffer(bool secure)
    {
        const int each = 5;
        using var backend = new ScriptedBackend(async wire =>
        {
            while (true)
            {
                var head = await wire.ReadHeadAsync();
                if (head.StartsWith("POST", StringComparison.Ordinal)) await wire.ReadToAsync("x\n");
                await wire.SendAsync(Head + (head.Split(' ')[1] switch
                {
                    "/chunked" => "Transfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n",
                    "/events" => "Content-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n",
                    _ => "Content-Length: 2\r\n\r\nok",
                }));
            }
        });
        await using var router = await TestRouter.StartAsync(new RouterOptions { EventLoops = 2 }, TransportKind.Epoll, memory: _pool);
        router.Book.Only = new ServerCertificate(SelfSignedBook.Make("app.localhost"), []);
        router.Route("app.localhost", backend.Url, tls: secure ? TlsMode.Auto : TlsMode.Off);
        var upload = new string('x', 20_000) + "\n";
        string[] requests =
        [
            "GET / HTTP/1.1\r\nHost: app.localhost\r\n\r\n",
            $"POST / HTTP/1.1\r\nHost: app.localhost\r\nContent-Length: {upload.Length}\r\n\r\n{upload}",
            "GET /chunked HTTP/1.1\r\nHost: app.localhost\r\n\r\n",
            "GET /events HTTP/1.1\r\nHost: app.localhost\r\n\r\n",
        ];
        var clients = new List<Stream>();
        foreach (var request in requests)
        {
            for (var i = 0; i < each; i++)
            {
                var client = await OpenAsync(router, secure);
                clients.Add(client);
                await client.WriteAsync(System.Text.Encoding.Latin1.GetBytes(request));
                await ReadToAsync(client, request.Contains("/chunked") ? "0\r\n\r\n" : "ok");
            }
        }

        await UntilNoneIsOutAsync();
        _pool.RentedEver.ShouldBeGreaterThan(clients.Count);
        foreach (var client in clients) await client.DisposeAsync();
    }

    [Fact]
    public async Task IdleConnection_OfHttp2_HoldsNoBuffer()
    {
        using var backend = ScriptedBackend.Answering(Head + "Content-Length: 2\r\n\r\nok");
        await using var router = await TestRouter.StartAsync(new RouterOptions { EventLoops = 2 }, TransportKind.Epoll, memory: _pool);
        router.Route("app.localhost", backend.Url, tls: TlsMode.Auto);
        using var client = TestRouter.NewClient(new Version(2, 0));
        for (var i = 0; i < 3; i++) (await client.GetStringAsync(router.SecureUrl("app.localhost"), TestContext.Current.CancellationToken)).ShouldBe("ok");
        await UntilNoneIsOutAsync();
        _pool.RentedEver.ShouldBeGreaterThan(0);
    }

    private Task UntilNoneIsOutAsync() => Task.Run(() => SpinWait.SpinUntil(() => _pool.Rented == 0, TestRouter.Patience).ShouldBeTrue($"{_pool.Rented} are out"));

    private static async Task<Stream> OpenAsync(TestRouter router, bool secure)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(System.Net.IPAddress.Loopback, secure ? router.HttpsPort : router.HttpPort);
        var stream = new NetworkStream(socket, ownsSocket: true);
        if (!secure) return stream;
#pragma warning disable CA5359 // It is signed by itself.
        var tls = new SslStream(stream, false, (_, _, _, _) => true);
#pragma warning restore CA5359
        await tls.AuthenticateAsClientAsync("app.localhost");
        return tls;
    }

    private static async Task ReadToAsync(Stream client, string end)
    {
        using var limit = new CancellationTokenSource(TestRouter.Patience);
        var buffer = new byte[4096];
        for (var text = ""; !text.EndsWith(end, StringComparison.Ordinal) && !text.EndsWith(end + "\r\n", StringComparison.Ordinal);)
        {
            var count = await client.ReadAsync(buffer, limit.Token);
            if (count == 0) throw new EndOfStreamException(text);
            text += System.Text.Encoding.Latin1.GetString(buffer, 0, count);
        }
    }
}
