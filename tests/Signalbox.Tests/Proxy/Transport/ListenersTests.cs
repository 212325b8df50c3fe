using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Logging.Abstractions;
using Signalbox.Model;
using Signalbox.Proxy;
using Signalbox.Tests.Proxy.Support;
using Signalbox.Tests.Support;

namespace Signalbox.Tests.Proxy.Transport;

public sealed class ListenersTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Start_PortTaken_SaysByWhom()
    {
        using var holder = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        holder.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        holder.Listen();
        var port = ((IPEndPoint)holder.LocalEndPoint!).Port;
        await using var router = New(new RouterOptions { HttpPort = port, HttpsPort = 0 });
        var started = await router.StartAsync(Cancellation);
        started.Succeeded.ShouldBeFalse();
        started.Problem.Type.ShouldBe(ProblemType.PortInUse);
        started.Problem.Text.ShouldContain($"(pid {Environment.ProcessId})");
        router.Listeners.ShouldBeEmpty();
    }

    [Fact]
    public async Task Start_BothPortsTaken_SaysSoOfBoth()
    {
        using var holder = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        holder.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        holder.Listen();
        var port = ((IPEndPoint)holder.LocalEndPoint!).Port;
        await using var router = New(new RouterOptions { HttpPort = port, HttpsPort = port });
        (await router.StartAsync(Cancellation)).Problems.Count.ShouldBe(2);
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

    private static Router New(RouterOptions options)
    {
        var observed = new Observations();
        return new Router(options with { Transport = TestTransport.Kind }, new RouterServices(new SelfSignedBook(), new ProofNonce(), observed, observed), TimeProvider.System, NullLoggerFactory.Instance);
    }
}
