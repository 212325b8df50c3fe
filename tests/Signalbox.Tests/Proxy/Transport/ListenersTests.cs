using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Logging.Abstractions;
using Signalbox.Model;
using Signalbox.Proxy;
using Signalbox.Proxy.Transport;
using Signalbox.Proxy.Transport.Epoll;
using Signalbox.Tests.Proxy.Support;
using Signalbox.Tests.Support;

namespace Signalbox.Tests.Proxy.Transport;

public sealed class ListenersTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <summary>What begins with a connection was settled before there were loops: first requests that were quick enough began on threads of the pool.</summary>
    [Fact]
    public async Task Connection_FirstRequestAtOnce_IsHandledOnItsLoop()
    {
        const int clients = 300;
        var seen = new LoopsSeen();
        var services = new RouterServices(new SelfSignedBook(), new ProofNonce(), seen.Observed, seen.Observed) { Challenges = seen };
        var router = new Router(new RouterOptions { HttpPort = 0, HttpsPort = 0, Transport = TransportKind.Epoll }, services, TimeProvider.System, NullLoggerFactory.Instance);
        (await router.StartAsync(Cancellation)).Succeeded.ShouldBeTrue();
        var port = router.Listeners.First(listener => listener.Protocol == "http").Port;
        for (var i = 0; i < clients; i++)
        {
            using var client = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            client.Connect(IPAddress.Loopback, port);
            client.Send("GET /.well-known/acme-challenge/token HTTP/1.1\r\nHost: app.example\r\n\r\n"u8);
            (await client.ReceiveAsync(new byte[4096], Cancellation)).ShouldBeGreaterThan(0);
        }

        await router.StopAsync(TimeSpan.Zero);
        (seen.OnLoops, seen.Elsewhere).ShouldBe((clients, 0));
    }

    [Fact]
    public async Task Start_PortTaken_ServesTheRestAndSaysByWhomAndTakesItOnceItIsFree()
    {
        using var backend = ScriptedBackend.Answering("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
        using var holder = new TakenPort();
        await using var router = new TestRouter(new RouterOptions { HttpPort = holder.Number, HttpsPort = 0 });
        (await router.Router.StartAsync(Cancellation)).Succeeded.ShouldBeTrue();
        router.Router.Listeners.Select(listener => listener.Protocol).ShouldContain("https");
        router.Router.Listeners.ShouldNotContain(listener => listener.Protocol == "http" && listener.Address == "127.0.0.1");
        var waiting = router.Router.Waiting.ShouldHaveSingleItem();
        (waiting.Address, waiting.Port, waiting.Protocol).ShouldBe(("127.0.0.1", holder.Number, "http"));
        waiting.Problem!.Type.ShouldBe(ProblemType.PortInUse);
        waiting.Problem.Text.ShouldContain($"(pid {Environment.ProcessId})");
        router.Router.Problems.ShouldContain(waiting.Problem);

        router.Route("app.localhost", backend.Url);
        holder.Free();
        await UntilAsync(() => router.Router.Waiting.Count == 0);
        (await router.Client.GetStringAsync(router.Url("app.localhost"), Cancellation)).ShouldBe("ok");
        router.Router.Problems.ShouldBeEmpty();
    }

    /// <summary>One address of a port may be somebody else's; the other is served.</summary>
    [Fact]
    public async Task Start_PortTakenOnIpv6Alone_ServesIpv4AndThenBoth()
    {
        using var holder = new TakenPort(IPAddress.IPv6Loopback);
        await using var router = new TestRouter(new RouterOptions { HttpPort = holder.Number, HttpsPort = 0 });
        (await router.Router.StartAsync(Cancellation)).Succeeded.ShouldBeTrue();
        using (var first = await Wire.ConnectAsync(holder.Number)) first.Socket.Connected.ShouldBeTrue();
        router.Router.Waiting.ShouldHaveSingleItem().Address.ShouldBe("::1");
        holder.Free();
        await UntilAsync(() => router.Router.Listeners.Count(listener => listener.Protocol == "http") == 2);
        router.Router.Waiting.ShouldBeEmpty();
    }

    [Fact]
    public async Task Start_EveryPortTaken_GoesOnAllTheSame()
    {
        using var http = new TakenPort();
        using var https = new TakenPort();
        await using var router = new TestRouter(new RouterOptions { Addresses = [IPAddress.Loopback], HttpPort = http.Number, HttpsPort = https.Number });
        (await router.Router.StartAsync(Cancellation)).Succeeded.ShouldBeTrue();
        router.Router.Listeners.ShouldBeEmpty();
        router.Router.Waiting.Count.ShouldBe(2);
        https.Free();
        await UntilAsync(() => router.Router.Listeners.Any(listener => listener.Protocol == "https"));
    }

    [Fact]
    public async Task Start_AddressThatTheMachineHasNot_IsWaitedFor()
    {
        // RFC 5737: an address of documentation, which no machine has.
        await using var router = new TestRouter(new RouterOptions { Addresses = [IPAddress.Parse("192.0.2.1")], HttpPort = 8080, HttpsPort = 8443 });
        (await router.Router.StartAsync(Cancellation)).Succeeded.ShouldBeTrue();
        router.Router.Waiting.Select(waiting => waiting.Problem!.Type).ShouldBe([ProblemType.AddressMissing, ProblemType.AddressMissing]);
    }

    [Fact]
    public async Task Start_OnePortForBoth_IsRefused()
    {
        await using var router = new TestRouter(new RouterOptions { HttpPort = 8080, HttpsPort = 8080 });
        (await router.Router.StartAsync(Cancellation)).Problem.Type.ShouldBe(ProblemType.InvalidPort);
    }

    /// <summary>Nobody sends a browser to a port that another program answers.</summary>
    [Fact]
    public async Task Redirect_WhileTheHttpsPortIsSomebodyElses_IsNotMade()
    {
        using var backend = new ScriptedBackend(async wire =>
        {
            await wire.ReadHeadAsync();
            await wire.SendAsync("HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok");
        });
        using var holder = new TakenPort();
        await using var router = new TestRouter(new RouterOptions { Addresses = [IPAddress.Loopback], HttpPort = 0, HttpsPort = holder.Number });
        (await router.Router.StartAsync(Cancellation)).Succeeded.ShouldBeTrue();
        router.Route("app.localhost", backend.Url, tls: TlsMode.Auto);
        (await router.Client.GetStringAsync(router.Url("app.localhost"), Cancellation)).ShouldBe("ok");
        holder.Free();
        Uri? location = null;
        await UntilAsync(async () =>
        {
            using var answer = await router.Client.GetAsync(router.Url("app.localhost"), Cancellation);
            location = answer.Headers.Location;
            return answer.StatusCode == HttpStatusCode.PermanentRedirect;
        });
        location!.Port.ShouldBe(holder.Number);
    }

    /// <summary>A listening socket can be ended from outside. It was never noticed, and nobody was let in again until a restart.</summary>
    [Fact]
    public async Task Socket_EndedFromOutside_IsBoundAnewOnceThePortIsFree()
    {
        using var backend = ScriptedBackend.Answering("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
        using var held = new HeldPort();
        var port = held.Number;
        await using var router = new TestRouter(new RouterOptions { Addresses = [IPAddress.Loopback], HttpPort = port, HttpsPort = 0 });
        (await router.Router.StartAsync(Cancellation)).Succeeded.ShouldBeTrue();
        router.Route("app.localhost", backend.Url);
        using var open = await router.ConnectAsync();
        // Answered, so accepted: what still waits in the line goes with the socket.
        await open.SendAsync("HEAD / HTTP/1.1\r\nHost: nobody.localhost\r\n\r\n");
        await open.ReadHeadAsync();
        ListeningSocket.End(port);
        using (var taker = new TakenPort(IPAddress.Loopback, port))
        {
            await UntilAsync(() => router.Router.Waiting.Any(waiting => waiting.Problem!.Type == ProblemType.PortInUse && waiting.Port == port));
        }

        await UntilAsync(() => router.Router.Waiting.Count == 0);
        (await router.Client.GetStringAsync(router.Url("app.localhost"), Cancellation)).ShouldBe("ok");
        // Who was there before is served on.
        await open.SendAsync("GET / HTTP/1.1\r\nHost: nobody.localhost\r\n\r\n");
        (await open.ReadHeadAsync()).ShouldStartWith("HTTP/1.1 404");
    }

    /// <summary>The same user's other program could share our port with us (SO_REUSEPORT), and got every other connection.</summary>
    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("0.0.0.0")]
    public async Task Port_ThatIsOurs_CannotBeSharedByAnotherProgram(string address)
    {
        await using var router = await TestRouter.StartAsync();
        using var other = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        // SO_REUSEPORT on Linux.
        other.SetRawSocketOption(1, 15, BitConverter.GetBytes(1));
        Should.Throw<SocketException>(() => other.Bind(new IPEndPoint(IPAddress.Parse(address), router.HttpPort))).SocketErrorCode.ShouldBe(SocketError.AddressAlreadyInUse);
    }

    [Fact]
    public async Task Stop_OpenRequest_IsAllowedToEnd()
    {
        var arrived = new TaskCompletionSource();
        var finish = new TaskCompletionSource();
        using var backend = new ScriptedBackend(async wire =>
        {
            await wire.ReadHeadAsync();
            arrived.TrySetResult();
            await finish.Task;
            await wire.SendAsync("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
        });
        await using var router = await TestRouter.StartAsync();
        router.Route("app.localhost", backend.Url);
        var url = router.Url("app.localhost");
        var getting = router.Client.GetStringAsync(url, Cancellation);
        await arrived.Task;
        var stopping = router.Router.StopAsync(TestRouter.Patience);
        using var late = TestRouter.NewClient(HttpVersion.Version11);
        await Should.ThrowAsync<HttpRequestException>(async () => { while (true) await late.GetAsync(url.Replace("app.", "none.", StringComparison.Ordinal), Cancellation); });
        finish.TrySetResult();
        (await getting).ShouldBe("ok");
        await stopping;
    }

    [Fact]
    public async Task Stop_TimeOver_AbortsWhatIsOpen()
    {
        var arrived = new TaskCompletionSource();
        using var backend = new ScriptedBackend(async wire =>
        {
            await wire.ReadHeadAsync();
            arrived.TrySetResult();
            await wire.EndsAsync();
        });
        await using var router = await TestRouter.StartAsync();
        router.Route("app.localhost", backend.Url);
        var getting = router.Client.GetStringAsync(router.Url("app.localhost"), Cancellation);
        await arrived.Task;
        await router.Router.StopAsync(TimeSpan.Zero);
        await Should.ThrowAsync<HttpRequestException>(getting);
    }

    [Fact]
    public async Task Handshake_NameWithoutCertificate_Fails()
    {
        await using var router = await TestRouter.StartAsync();
        using var client = TestRouter.NewClient(HttpVersion.Version11);
        await Should.ThrowAsync<HttpRequestException>(client.GetAsync(router.SecureUrl("app.example"), Cancellation));
        router.Book.Asked.ShouldContain(("app.example", false));
    }

    private static Task UntilAsync(Func<bool> condition) => UntilAsync(() => Task.FromResult(condition()));

    private static async Task UntilAsync(Func<Task<bool>> condition)
    {
        using var limit = new CancellationTokenSource(TestRouter.Patience);
        while (!await condition()) await Task.Delay(10, limit.Token);
    }

    /// <summary>Asked in the middle of a request; notes where.</summary>
    private sealed class LoopsSeen : IChallengeAnswers
    {
        private int _onLoops;
        private int _elsewhere;

        public Observations Observed { get; } = new();

        public int OnLoops => _onLoops;

        public int Elsewhere => _elsewhere;

        public string? Find(string token)
        {
            if (EventLoop.Current is null) Interlocked.Increment(ref _elsewhere);
            else Interlocked.Increment(ref _onLoops);
            return "key";
        }
    }
}
