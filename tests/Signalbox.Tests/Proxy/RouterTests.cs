using System.Net;
using Microsoft.AspNetCore.Http;
using Signalbox.Model;
using Signalbox.Proxy;
using Signalbox.Tests.Proxy.Support;

namespace Signalbox.Tests.Proxy;

/// <summary>A request's whole way.</summary>
public sealed class RouterTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Request_RoutedName_ReachesTheBackend()
    {
        await using var backend = await WebBackend.StartAsync(context => context.Response.WriteAsync($"{context.Request.Method} {context.Request.Host} {context.Request.Path}"));
        await using var router = await TestRouter.StartAsync();
        router.Route("app.localhost", backend.Url);

        (await router.Client.GetStringAsync(router.Url("app.localhost", "/hello"), Cancellation)).ShouldBe($"GET app.localhost:{router.HttpPort} /hello");
    }

    [Fact]
    public async Task Request_OverTls_ReachesTheBackendOnBothVersions()
    {
        await using var backend = await WebBackend.StartAsync(context => context.Response.WriteAsync(context.Request.Headers["X-Forwarded-Proto"].ToString()));
        await using var router = await TestRouter.StartAsync();
        router.Route("app.localhost", backend.Url, tls: TlsMode.Auto);

        foreach (var version in new[] { HttpVersion.Version11, HttpVersion.Version20 })
        {
            using var client = TestRouter.NewClient(version);
            using var response = await client.GetAsync(router.SecureUrl("app.localhost"), Cancellation);
            response.Version.ShouldBe(version);
            (await response.Content.ReadAsStringAsync(Cancellation)).ShouldBe("https");
        }

        router.Book.Asked.ShouldContain(("app.localhost", true));
    }

    [Fact]
    public async Task Listeners_PortZero_IsTheSameOnEveryAddress()
    {
        await using var router = await TestRouter.StartAsync();
        router.Router.Listeners.Where(listener => listener.Protocol == "http").Select(listener => listener.Port).Distinct().ShouldHaveSingleItem();
        router.Router.Listeners.Where(listener => listener.Protocol == "https").Select(listener => listener.Port).Distinct().ShouldHaveSingleItem();
        router.Router.Listeners.Select(listener => listener.Address).ShouldContain("127.0.0.1");
    }

    [Fact]
    public async Task Listeners_PortHeld_NamesTheProcess()
    {
        await using var first = await TestRouter.StartAsync();
        await using var second = new TestRouter(new RouterOptions { HttpPort = first.HttpPort, HttpsPort = 0 });
        (await second.Router.StartAsync(Cancellation)).Succeeded.ShouldBeTrue();
        foreach (var problem in second.Router.Problems)
        {
            problem.Type.ShouldBe(ProblemType.PortInUse);
            problem.Text.ShouldContain($"{first.HttpPort}");
            problem.Text.ShouldContain($"pid {Environment.ProcessId}");
        }

        second.Router.Problems.Count.ShouldBe(first.Router.Listeners.Count(listener => listener.Protocol == "http"));
    }

    [Fact]
    public async Task Request_InternationalNameOverTls_IsServedByItsALabels()
    {
        await using var backend = await WebBackend.StartAsync(context => context.Response.WriteAsync($"{context.Request.Headers.Host} {context.Request.Headers["X-Forwarded-Host"]}"));
        await using var router = await TestRouter.StartAsync();
        router.Route("xn--bcher-kva.localhost", backend.Url, tls: TlsMode.Auto);
        foreach (var version in new[] { HttpVersion.Version11, HttpVersion.Version20 })
        {
            using var client = TestRouter.NewClient(version);
            var host = $"xn--bcher-kva.localhost:{router.HttpsPort}";
            (await client.GetStringAsync(router.SecureUrl("xn--bcher-kva.localhost"), Cancellation)).ShouldBe($"{host} {host}");
        }

        router.Book.Asked.ShouldContain(("xn--bcher-kva.localhost", true));
    }

    [Fact]
    public async Task Apply_RouteChanged_IsSeenByTheNextRequest()
    {
        using var first = ScriptedBackend.Answering("HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\none");
        using var second = ScriptedBackend.Answering("HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\ntwo");
        await using var router = await TestRouter.StartAsync();
        router.Route("app.localhost", first.Url);
        (await router.Client.GetStringAsync(router.Url("app.localhost"), Cancellation)).ShouldBe("one");
        var route = router.Route("app.localhost", second.Url);
        (await router.Client.GetStringAsync(router.Url("app.localhost"), Cancellation)).ShouldBe("two");
        router.Router.Observe().ShouldBe(new Dictionary<RouteKey, string> { [route.Key] = $"{route.Id}@{route.Revision}" });
    }
}
