using System.Net;
using System.Net.Http.Json;
using Signalbox.Model;
using Signalbox.Model.Wire;
using Signalbox.Proxy;
using Signalbox.Proxy.Responses;
using Signalbox.Tests.Proxy.Support;

namespace Signalbox.Tests.Proxy.Responses;

/// <summary>What the router answers itself.</summary>
public sealed class AnswerTests
{
    private static readonly RouterOptions Brief = new() { BackendWait = TimeSpan.FromMilliseconds(50) };

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task UnknownHost_Browser_GetsAPageWithTheNearestNames()
    {
        await using var router = await TestRouter.StartAsync();
        router.Observed.Names = ["app.localhost", "api.localhost"];
        var (response, page) = await PageAsync(router, router.Url("ap.localhost", "/<script>alert(1)</script>"));
        response.StatusCode.ShouldBe(HttpStatusCode.NotFound);
        response.Headers.GetValues("Signalbox-Error").ShouldBe(["not-found"]);
        page.ShouldContain($"href=\"http://app.localhost:{router.HttpPort}/\"");
        page.ShouldContain("ap.localhost");
        page.ShouldNotContain("<script>");
        page.ShouldNotContain("http-equiv=\"refresh\"");
    }

    [Fact]
    public async Task UnknownHost_Program_GetsAProblemDocumentWithTheSame()
    {
        await using var router = await TestRouter.StartAsync();
        router.Observed.Names = ["app.localhost"];
        using var response = await router.Client.GetAsync(router.Url("ap.localhost"), Cancellation);
        response.Content.Headers.ContentType!.MediaType.ShouldBe(ProblemDocument.MediaType);
        var document = (await response.Content.ReadFromJsonAsync(SignalboxJson.Default.ProblemDocument, Cancellation))!;
        document.Status.ShouldBe(404);
        document.Type.ShouldBe("urn:signalbox:problem:not-found");
        document.Detail.ShouldContain("app.localhost");
    }

    /// <summary>A search through 100,000 names held up every connection of its event loop for a millisecond.</summary>
    [Fact]
    public async Task UnknownHost_NearestNames_AreNotLookedForOnAnEventLoop()
    {
        await using var router = await TestRouter.StartAsync();
        using var response = await router.Client.GetAsync(router.Url("ap.localhost"), Cancellation);
        router.Observed.SearchedOnThePool.ShouldBe(true);
    }

    [Fact]
    public async Task BackendAway_Browser_GetsAllFactsAndReloads()
    {
        await using var router = await TestRouter.StartAsync(Brief);
        router.Observed.Away = (new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero), "connection <refused>");
        using var away = ScriptedBackend.Away();
        router.Apply(TestRouter.NewRoute("app.localhost", "/", [Backend.Parse(away.Url).Value!]) with { Label = "npm run dev -- --token=hunter2 \"<b>\"" });
        var (response, page) = await PageAsync(router, router.Url("app.localhost"));
        response.StatusCode.ShouldBe(HttpStatusCode.ServiceUnavailable);
        page.ShouldContain("app.localhost");
        page.ShouldContain("site/app.localhost");
        page.ShouldContain("npm run dev");
        page.ShouldContain(away.Url);
        page.ShouldContain("2026-01-02 03:04:05 UTC");
        page.ShouldContain("connection &lt;refused&gt;");
        page.ShouldContain("<noscript><meta http-equiv=\"refresh\"");
        page.ShouldContain("<script>");
        page.ShouldNotContain("hunter2");
        page.ShouldNotContain("<b>");
        response.Headers.GetValues("Content-Security-Policy").Single().ShouldBe(ErrorPage.Policy);
        ErrorPage.Policy.ShouldNotContain("unsafe");
    }

    [Fact]
    public async Task BackendAway_Program_GetsTheSameFacts()
    {
        await using var router = await TestRouter.StartAsync(Brief);
        router.Observed.Away = (new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero), "connection refused");
        using var away = ScriptedBackend.Away();
        router.Route("app.localhost", away.Url);
        using var response = await router.Client.GetAsync(router.Url("app.localhost"), Cancellation);
        var document = (await response.Content.ReadFromJsonAsync(SignalboxJson.Default.ProblemDocument, Cancellation))!;
        document.Detail.ShouldContain("site/app.localhost");
        document.Detail.ShouldContain(away.Url);
        document.Detail.ShouldContain("2026-01-02 03:04:05 UTC");
        document.Problems.ShouldHaveSingleItem().Retry.ShouldBeTrue();
    }

    [Fact]
    public async Task BackendAway_Head_HasNoBody()
    {
        await using var router = await TestRouter.StartAsync(Brief);
        using var away = ScriptedBackend.Away();
        router.Route("app.localhost", away.Url);
        using var wire = await router.ConnectAsync();
        await wire.SendAsync("HEAD / HTTP/1.1\r\nHost: app.localhost\r\nConnection: close\r\n\r\n");
        var answer = await wire.ReadToEndAsync();
        answer.ShouldContain("Signalbox-Error: backend-down\r\n");
        answer.ShouldEndWith("\r\n\r\n");
    }

    [Fact]
    public async Task Loop_ServiceThatCallsItself_IsToldSo()
    {
        await using var router = await TestRouter.StartAsync();
        // The backend is the router: what a development proxy does that points at the public name.
        router.Route("app.localhost", $"http://127.0.0.1:{router.HttpPort}");
        using var response = await router.Client.GetAsync(router.Url("app.localhost"), Cancellation);
        response.StatusCode.ShouldBe((HttpStatusCode)508);
        response.Headers.GetValues("Signalbox-Error").ShouldBe(["loop"]);
    }

    [Fact]
    public async Task Loop_ThroughManyServices_EndsAfterTenPasses()
    {
        await using var router = await TestRouter.StartAsync();
        for (var i = 0; i < 20; i++) router.Route($"s{i}.localhost", $"http://127.0.0.1:{router.HttpPort}", hostHeader: $"s{i + 1}.localhost");
        using var response = await router.Client.GetAsync(router.Url("s0.localhost"), Cancellation);
        response.StatusCode.ShouldBe((HttpStatusCode)508);
    }

    [Fact]
    public async Task Proof_Signed_TellsTheRouteOnBothPorts()
    {
        await using var router = await TestRouter.StartAsync();
        router.Route("app.localhost", "http://127.0.0.1:1", tls: TlsMode.Auto);
        var route = router.Route("app.localhost", "http://127.0.0.1:1", path: "/v1", tls: TlsMode.Auto);
        foreach (var url in new[] { router.Url("app.localhost"), router.SecureUrl("app.localhost") })
        {
            using var response = await ProveAsync(router, url, "/v1", router.Proof.Sign("app.localhost/v1"));
            response.StatusCode.ShouldBe(HttpStatusCode.OK);
            (await response.Content.ReadFromJsonAsync(SignalboxJson.Default.ProofAnswer, Cancellation)).ShouldBe(new ProofAnswer("app.localhost", "/v1", route.Id, route.Revision));
        }
    }

    [Fact]
    public async Task Proof_Wildcard_IsSignedAsItself()
    {
        await using var router = await TestRouter.StartAsync();
        var route = router.Route("*.app.localhost", "http://127.0.0.1:1");
        using var response = await ProveAsync(router, router.Url("any.app.localhost"), null, router.Proof.Sign(route.Key.ToString()));
        (await response.Content.ReadFromJsonAsync(SignalboxJson.Default.ProofAnswer, Cancellation))!.Host.ShouldBe("*.app.localhost");
    }

    [Fact]
    public async Task Proof_NoRoute_IsNotFound()
    {
        await using var router = await TestRouter.StartAsync();
        using var response = await ProveAsync(router, router.Url("gone.localhost"), null, router.Proof.Sign("gone.localhost"));
        response.StatusCode.ShouldBe(HttpStatusCode.NotFound);
        (await response.Content.ReadFromJsonAsync(SignalboxJson.Default.ProblemDocument, Cancellation)).ShouldNotBeNull();
    }

    [Fact]
    public async Task Proof_SignedByAnother_GoesToTheBackend()
    {
        using var backend = ScriptedBackend.Answering("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nmine");
        await using var router = await TestRouter.StartAsync();
        router.Route("app.localhost", backend.Url);
        foreach (var nonce in new[] { new ProofNonce().Sign("app.localhost"), router.Proof.Sign("other.localhost"), "" })
        {
            using var response = await ProveAsync(router, router.Url("app.localhost"), null, nonce);
            (await response.Content.ReadAsStringAsync(Cancellation)).ShouldBe("mine");
        }
    }

    [Fact]
    public async Task Redirect_NameWithTls_KeepsMethodAndTarget()
    {
        await using var router = await TestRouter.StartAsync();
        router.Route("app.localhost", "http://127.0.0.1:1", tls: TlsMode.Auto);
        using var response = await router.Client.PostAsync(router.Url("app.localhost", "/a%2Fb?c=d"), new StringContent("x"), Cancellation);
        response.StatusCode.ShouldBe(HttpStatusCode.PermanentRedirect);
        response.Headers.GetValues("Location").ShouldBe([router.SecureUrl("app.localhost", "/a%2Fb?c=d")]);
        response.Headers.CacheControl!.NoStore.ShouldBeTrue();
    }

    [Fact]
    public async Task Redirect_NameWithoutCertificate_IsServedInClear()
    {
        using var backend = ScriptedBackend.Answering("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
        await using var router = await TestRouter.StartAsync();
        router.Route("app.example", backend.Url, tls: TlsMode.Auto);
        (await router.Client.GetStringAsync(router.Url("app.example"), Cancellation)).ShouldBe("ok");
    }

    [Theory]
    [InlineData("OPTIONS * HTTP/1.1\r\nHost: app.localhost\r\n\r\n", "204")]
    [InlineData("GET / HTTP/1.0\r\n\r\n", "404")]
    [InlineData("GET http://app.localhost/x HTTP/1.1\r\nHost: app.localhost\r\n\r\n", "200")]
    [InlineData("GET / HTTP/1.1\r\nHost: app.localhost\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n", "400")]
    public async Task Request_OfUnusualForm_HasItsStatus(string request, string status)
    {
        using var backend = ScriptedBackend.Answering("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
        await using var router = await TestRouter.StartAsync();
        router.Route("app.localhost", backend.Url);
        using var wire = await router.ConnectAsync();
        await wire.SendAsync(request);
        (await wire.ReadHeadAsync()).ShouldStartWith($"HTTP/1.1 {status} ");
    }

    private static async Task<(HttpResponseMessage Response, string Page)> PageAsync(TestRouter router, string url)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, url);
        request.Headers.TryAddWithoutValidation("Accept", "text/html,application/xhtml+xml;q=0.9,*/*;q=0.8");
        var response = await router.Client.SendAsync(request, Cancellation);
        response.Content.Headers.ContentType!.MediaType.ShouldBe("text/html");
        return (response, await response.Content.ReadAsStringAsync(Cancellation));
    }

    private static async Task<HttpResponseMessage> ProveAsync(TestRouter router, string url, string? path, string nonce)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, url.TrimEnd('/') + ProofNonce.Path + (path is null ? "" : $"?{ProofNonce.PathParameter}={Uri.EscapeDataString(path)}"));
        request.Headers.TryAddWithoutValidation(ProofNonce.Header, nonce);
        return await router.Client.SendAsync(request, Cancellation);
    }
}
