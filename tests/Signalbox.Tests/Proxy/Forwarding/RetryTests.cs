using System.Net;
using Signalbox.Model;
using Signalbox.Tests.Proxy.Support;

namespace Signalbox.Tests.Proxy.Forwarding;

/// <summary>What is repeated and what never is.</summary>
public sealed class RetryTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <summary>Answers the first request of each connection, and closes at the second without a word: what a kept connection that has gone stale looks like.</summary>
    private static ScriptedBackend Stale() => new(async wire =>
    {
        await wire.ReadHeadAsync();
        await wire.SendAsync("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
        await wire.ReadHeadAsync();
    });

    [Theory]
    [InlineData("GET")]
    [InlineData("HEAD")]
    [InlineData("OPTIONS")]
    [InlineData("DELETE")]
    public async Task Request_SafeToRepeatOnStaleConnection_IsRepeated(string method)
    {
        using var backend = Stale();
        await using var router = await TestRouter.StartAsync();
        router.Route("app.localhost", backend.Url);
        for (var i = 1; i <= 2; i++)
        {
            using var response = await router.Client.SendAsync(new HttpRequestMessage(new HttpMethod(method), router.Url("app.localhost")), Cancellation);
            response.StatusCode.ShouldBe(HttpStatusCode.OK);
            backend.Connections.ShouldBe(i);
        }
    }

    [Theory]
    [InlineData("POST")]
    [InlineData("PATCH")]
    [InlineData("PURCHASE")]
    public async Task Request_UnsafeToRepeatOnStaleConnection_IsAnError(string method)
    {
        using var backend = Stale();
        await using var router = await TestRouter.StartAsync();
        router.Route("app.localhost", backend.Url);
        (await router.Client.GetStringAsync(router.Url("app.localhost"), Cancellation)).ShouldBe("ok");
        using var response = await router.Client.SendAsync(new HttpRequestMessage(new HttpMethod(method), router.Url("app.localhost")), Cancellation);
        response.StatusCode.ShouldBe(HttpStatusCode.BadGateway);
        backend.Connections.ShouldBe(1);
    }

    [Fact]
    public async Task Request_BackendClosesWithoutAnswer_IsBadGateway()
    {
        using var backend = new ScriptedBackend(wire => wire.ReadHeadAsync());
        await using var router = await TestRouter.StartAsync();
        router.Route("app.localhost", backend.Url);
        using var response = await router.Client.GetAsync(router.Url("app.localhost"), Cancellation);
        response.StatusCode.ShouldBe(HttpStatusCode.BadGateway);
        response.Headers.GetValues("Signalbox-Error").ShouldBe(["backend-failed"]);
    }

    [Theory]
    [InlineData("HELLO\r\n\r\n")]
    [InlineData("HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: nonsense\r\n\r\n")]
    public async Task Request_BackendBreaksTheProtocol_IsBadGateway(string answer)
    {
        using var backend = ScriptedBackend.Answering(answer);
        await using var router = await TestRouter.StartAsync();
        router.Route("app.localhost", backend.Url);
        using var response = await router.Client.GetAsync(router.Url("app.localhost"), Cancellation);
        response.StatusCode.ShouldBe(HttpStatusCode.BadGateway);
    }

    [Fact]
    public async Task Localhost_OnlyOnIpv6_IsReached()
    {
        using var backend = new ScriptedBackend(async wire =>
        {
            await wire.ReadHeadAsync();
            await wire.SendAsync("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nv6");
        }, IPAddress.IPv6Loopback);
        await using var router = await TestRouter.StartAsync();
        router.Route("app.localhost", $"http://localhost:{backend.Port}");
        (await router.Client.GetStringAsync(router.Url("app.localhost"), Cancellation)).ShouldBe("v6");
        router.Observed.Reached.ShouldHaveSingleItem().Port.ShouldBe(backend.Port);
        router.Observed.Failed.ShouldBeEmpty();
    }

    [Fact]
    public async Task Backends_OneOfTwoAway_OtherAnswers()
    {
        using var backend = ScriptedBackend.Answering("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
        await using var router = await TestRouter.StartAsync();
        using var away = ScriptedBackend.Away();
        router.Apply(TestRouter.NewRoute("app.localhost", "/", [Backend.Parse(away.Url).Value!, Backend.Parse(backend.Url).Value!]));
        for (var i = 0; i < 4; i++) (await router.Client.GetStringAsync(router.Url("app.localhost"), Cancellation)).ShouldBe("ok");
    }
}
