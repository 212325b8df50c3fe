using System.Net;
using Signalbox.Model;
using Signalbox.Proxy;
using Signalbox.Tests.Proxy.Support;

namespace Signalbox.Tests.Proxy.Routing;

/// <summary>Requests for a backend that is away.</summary>
public sealed class WaitingTests
{
    private const string Ok = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

    /// <summary>So long that only a test that fails reaches its end.</summary>
    private static readonly RouterOptions Patient = new() { BackendWait = TestRouter.Patience * 2 };

    private static readonly RouterOptions Brief = new() { BackendWait = TimeSpan.FromMilliseconds(100) };

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Request_BackendComesBack_IsCarried()
    {
        using var backend = ScriptedBackend.Away(async wire =>
        {
            await wire.ReadToAsync("body");
            await wire.SendAsync(Ok);
        });
        await using var router = await TestRouter.StartAsync(Patient);
        router.Route("app.localhost", backend.Url);
        var posting = router.Client.PostAsync(router.Url("app.localhost"), new StringContent("body"), Cancellation);
        await UntilAsync(() => router.Observed.Failed.Count >= 2);
        backend.Begin();
        using var response = await posting;
        response.StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task Requests_ManyForOneBackend_CostOneProbe()
    {
        using var backend = ScriptedBackend.Away(async wire =>
        {
            while (true)
            {
                await wire.ReadHeadAsync();
                await wire.SendAsync(Ok);
            }
        });
        await using var router = await TestRouter.StartAsync(Patient);
        router.Route("app.localhost", backend.Url);
        var first = router.Client.GetStringAsync(router.Url("app.localhost"), Cancellation);
        await UntilAsync(() => router.Observed.Failed.Count >= 2);
        var others = Enumerable.Range(0, 200).Select(_ => router.Client.GetStringAsync(router.Url("app.localhost"), Cancellation)).ToArray();
        var before = router.Observed.Failed.Count;
        await UntilAsync(() => router.Observed.Failed.Count >= before + 5);
        // The prober's own tries, and none of the two hundred's.
        router.Observed.Failed.Count.ShouldBeLessThan(before + 50);
        backend.Begin();
        (await Task.WhenAll(others)).ShouldAllBe(answer => answer == "ok");
        (await first).ShouldBe("ok");
    }

    [Fact]
    public async Task Request_RouteGetsItsBackend_IsCarriedAtOnce()
    {
        using var backend = ScriptedBackend.Answering(Ok);
        await using var router = await TestRouter.StartAsync(Patient);
        var route = router.Apply(TestRouter.NewRoute("app.localhost", "/", []));
        var getting = router.Client.GetStringAsync(router.Url("app.localhost"), Cancellation);
        getting.IsCompleted.ShouldBeFalse();
        router.Apply(route with { Backends = [Backend.Parse(backend.Url).Value!] });
        (await getting).ShouldBe("ok");
    }

    [Fact]
    public async Task Request_RouteMovesToAnotherBackend_IsCarriedThere()
    {
        using var away = ScriptedBackend.Away();
        using var backend = ScriptedBackend.Answering(Ok);
        await using var router = await TestRouter.StartAsync(Patient);
        router.Route("*.app.localhost", away.Url);
        var getting = router.Client.GetStringAsync(router.Url("x.app.localhost"), Cancellation);
        await UntilAsync(() => !router.Observed.Failed.IsEmpty);
        router.Route("*.app.localhost", backend.Url);
        (await getting).ShouldBe("ok");
    }

    [Fact]
    public async Task Request_RouteRemovedMeanwhile_IsNotFound()
    {
        using var away = ScriptedBackend.Away();
        await using var router = await TestRouter.StartAsync(Patient);
        var route = router.Route("app.localhost", away.Url);
        var getting = router.Client.GetAsync(router.Url("app.localhost"), Cancellation);
        await UntilAsync(() => !router.Observed.Failed.IsEmpty);
        router.Remove(route.Key);
        using var response = await getting;
        response.StatusCode.ShouldBe(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task Request_BackendStaysAway_IsUnavailableWithWhy()
    {
        using var away = ScriptedBackend.Away();
        await using var router = await TestRouter.StartAsync(Brief);
        router.Route("app.localhost", away.Url);
        using var response = await router.Client.GetAsync(router.Url("app.localhost"), Cancellation);
        response.StatusCode.ShouldBe(HttpStatusCode.ServiceUnavailable);
        response.Headers.RetryAfter.ShouldNotBeNull();
        response.Headers.GetValues("Signalbox-Error").ShouldBe(["backend-down"]);
        response.Headers.CacheControl!.NoStore.ShouldBeTrue();
    }

    [Fact]
    public async Task Request_RouteWithoutBackends_IsUnavailable()
    {
        await using var router = await TestRouter.StartAsync(Brief);
        router.Apply(TestRouter.NewRoute("app.localhost", "/", []));
        using var response = await router.Client.GetAsync(router.Url("app.localhost"), Cancellation);
        response.StatusCode.ShouldBe(HttpStatusCode.ServiceUnavailable);
    }

    [Fact]
    public async Task Request_WebSocketForBackendThatComesBack_IsCarried()
    {
        using var away = ScriptedBackend.Away();
        await using var router = await TestRouter.StartAsync(Patient);
        router.Route("app.localhost", away.Url);
        using var wire = await router.ConnectAsync();
        await wire.SendAsync("GET / HTTP/1.1\r\nHost: app.localhost\r\nConnection: Upgrade\r\nUpgrade: chat\r\n\r\n");
        await UntilAsync(() => router.Observed.Failed.Count >= 2);
        using var backend = ScriptedBackend.Answering("HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: chat\r\n\r\nhello");
        router.Route("app.localhost", backend.Url);
        (await wire.ReadHeadAsync()).ShouldStartWith("HTTP/1.1 101 ");
        await wire.ReadToAsync("hello");
    }

    /// <summary>Looks again and again, without holding a thread.</summary>
    private static async Task UntilAsync(Func<bool> condition)
    {
        while (!condition()) await Task.Delay(5, Cancellation);
    }
}
