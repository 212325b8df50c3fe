using System.Net;
using Signalbox.Proxy;
using Signalbox.Tests.Proxy.Support;

namespace Signalbox.Tests.Proxy.Forwarding;

/// <summary>Header fields both ways, as raw text on the wire.</summary>
public sealed class FieldTests
{
    private const string Ok = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n";

    [Fact]
    public async Task Request_HopByHopFields_StayBehind()
    {
        var head = await SeenAsync("GET /x HTTP/1.1\r\nHost: app.localhost\r\nConnection: keep-alive, X-Mine, close\r\nX-Mine: 1\r\nKeep-Alive: timeout=5\r\nProxy-Connection: keep-alive\r\n" +
            "TE: trailers, deflate\r\nX-Kept: 2\r\nAccept-Encoding: gzip\r\n\r\n");
        head.ShouldStartWith("GET /x HTTP/1.1\r\nHost: app.localhost\r\n");
        head.ShouldContain("X-Kept: 2\r\n");
        head.ShouldContain("Accept-Encoding: gzip\r\n");
        head.ShouldContain("TE: trailers\r\n");
        head.ShouldContain("Connection: TE\r\n");
        head.ShouldNotContain("X-Mine");
        head.ShouldNotContain("Keep-Alive");
        head.ShouldNotContain("Proxy-Connection");
        head.ShouldNotContain("deflate");
        head.ShouldNotContain("traceparent");
    }

    [Theory]
    [InlineData("Connection: close, x-foo")]
    [InlineData("Connection: x-foo, close")]
    [InlineData("Connection: keep-alive, x-foo")]
    [InlineData("Connection: keep-alive,X-FOO,close")]
    [InlineData("Connection: upgrade, x-foo")]
    [InlineData("Connection: x-foo")]
    [InlineData("Connection: x-foo\r\nConnection: close")]
    [InlineData("Connection: close\r\nconnection: ,\tx-foo ,")]
    [InlineData("Connection: keep-alive\r\nConnection: x-bar\r\nConnection: x-foo")]
    public async Task Request_ConnectionNamesFieldBesideWhatTheServerKnows_FieldStaysBehind(string connection)
    {
        var head = await SeenAsync($"GET / HTTP/1.1\r\nHost: app.localhost\r\nx-foo: 1\r\n{connection}\r\nx-kept: 2\r\n\r\n");
        head.ShouldNotContain("x-foo", Case.Insensitive);
        head.ShouldContain("x-kept: 2\r\n");
    }

    [Fact]
    public async Task Request_PipelinedBehindOneWithConnectionOptions_HasItsOwn()
    {
        var heads = new TaskCompletionSource<string[]>();
        using var backend = new ScriptedBackend(async wire =>
        {
            var first = await wire.ReadHeadAsync();
            await wire.SendAsync(Ok);
            var second = await wire.ReadHeadAsync();
            await wire.SendAsync(Ok);
            heads.TrySetResult([first, second]);
        });
        await using var router = await TestRouter.StartAsync();
        router.Route("app.localhost", backend.Url);
        using var wire = await router.ConnectAsync();
        const string Fields = "Host: app.localhost\r\nx-a: 1\r\nx-b: 2\r\n";
        await wire.SendAsync($"GET /1 HTTP/1.1\r\n{Fields}Connection: keep-alive, x-a\r\n\r\nGET /2 HTTP/1.1\r\n{Fields}Connection: close, x-b\r\n\r\n");
        await wire.ReadToEndAsync();
        var seen = await heads.Task;
        (seen[0].Contains("x-a"), seen[0].Contains("x-b")).ShouldBe((false, true));
        (seen[1].Contains("x-a"), seen[1].Contains("x-b")).ShouldBe((true, false));
    }

    [Fact]
    public async Task Request_ConnectionNamesWhatTheRouterSays_IsSaidAllTheSame()
    {
        var head = await SeenAsync("GET / HTTP/1.1\r\nHost: app.localhost\r\nConnection: close, X-Forwarded-For, X-Forwarded-Proto, Forwarded, Via, Cookie, Authorization\r\n" +
            "Cookie: a=1\r\nAuthorization: Basic eA==\r\n\r\n");
        head.ShouldContain("X-Forwarded-For: 127.0.0.1\r\n");
        head.ShouldContain("X-Forwarded-Proto: http\r\n");
        head.ShouldContain("Forwarded: for=127.0.0.1;");
        head.ShouldContain("Via: 1.1 signalbox (");
        head.ShouldNotContain("Cookie");
        head.ShouldNotContain("Authorization");
    }

    [Fact]
    public async Task Request_ConnectionNamesHostOrLength_KeepsThem()
    {
        var head = await SeenAsync("POST / HTTP/1.1\r\nHost: app.localhost\r\nConnection: close, Host, Content-Length\r\nContent-Length: 2\r\n\r\nhi");
        head.ShouldContain("Host: app.localhost\r\n");
        head.ShouldContain("Content-Length: 2\r\n");
    }

    [Fact]
    public async Task Request_FromAnybody_SaysWhoAsked()
    {
        var head = await SeenAsync("GET / HTTP/1.1\r\nHost: app.localhost:8080\r\nX-Forwarded-For: 6.6.6.6\r\nX-Forwarded-Proto: https\r\nx_forwarded_host: evil\r\nX-Forwarded-Port: 1\r\n" +
            "X-Real-IP: 6.6.6.6\r\nForwarded: for=6.6.6.6\r\nVia: 1.1 elsewhere\r\nConnection: close\r\n\r\n");
        head.ShouldContain("X-Forwarded-For: 127.0.0.1\r\n");
        head.ShouldContain("X-Forwarded-Proto: http\r\n");
        head.ShouldContain("X-Forwarded-Host: app.localhost:8080\r\n");
        head.ShouldContain("Forwarded: for=127.0.0.1;host=\"app.localhost:8080\";proto=http\r\n");
        head.ShouldMatch("Via: 1\\.1 signalbox \\(sb-site-[0-9a-f]{10}\\)\r\n");
        head.ShouldNotContain("6.6.6.6");
        head.ShouldNotContain("evil");
        head.ShouldNotContain("X-Forwarded-Port");
        head.ShouldNotContain("elsewhere");
    }

    [Fact]
    public async Task Request_FromTrustedPeer_KeepsItsChain()
    {
        var head = await SeenAsync("GET / HTTP/1.1\r\nHost: app.localhost\r\nX-Forwarded-For: 6.6.6.6\r\nX-Forwarded-Proto: https\r\nX-Forwarded-Host: outside.example\r\nForwarded: for=6.6.6.6\r\n" +
            "Via: 1.1 elsewhere\r\nConnection: close\r\n\r\n", new RouterOptions { TrustedProxies = [IPNetwork.Parse("127.0.0.0/8")] });
        head.ShouldContain("X-Forwarded-For: 6.6.6.6, 127.0.0.1\r\n");
        head.ShouldContain("X-Forwarded-Proto: https\r\n");
        head.ShouldContain("X-Forwarded-Host: outside.example\r\n");
        head.ShouldContain("Forwarded: for=6.6.6.6, for=127.0.0.1;host=app.localhost;proto=http\r\n");
        head.ShouldContain("Via: 1.1 elsewhere, 1.1 signalbox (");
    }

    [Fact]
    public async Task Request_InternationalName_IsRoutedAndSentOnAsItCame()
    {
        using var backend = new ScriptedBackend(async wire =>
        {
            var head = await wire.ReadHeadAsync();
            var host = head.Split("\r\n").Single(line => line.StartsWith("Host: ", StringComparison.Ordinal));
            await wire.SendAsync($"HTTP/1.1 200 OK\r\nContent-Length: {host.Length}\r\n\r\n{host}");
        });
        await using var router = await TestRouter.StartAsync();
        router.Route("xn--bcher-kva.localhost", backend.Url);
        using var wire = await router.ConnectAsync();
        await wire.SendAsync("GET / HTTP/1.1\r\nHost: xn--bcher-kva.localhost\r\nConnection: close\r\n\r\n");
        (await wire.ReadToEndAsync()).ShouldEndWith("\r\n\r\nHost: xn--bcher-kva.localhost");
    }

    [Theory]
    [InlineData("xn--99999999999.localhost")]
    [InlineData("xn--.localhost")]
    public async Task Request_NameThatIsNoPunycode_IsNotFound(string host)
    {
        await using var router = await TestRouter.StartAsync();
        using var wire = await router.ConnectAsync();
        await wire.SendAsync($"GET / HTTP/1.1\r\nHost: {host}:80\r\nAccept: text/html\r\nConnection: close\r\n\r\n");
        (await wire.ReadHeadAsync()).ShouldStartWith("HTTP/1.1 404");
    }

    [Fact]
    public async Task Request_HostHeaderOfRoute_ReplacesTheClients()
    {
        var head = await SeenAsync("GET / HTTP/1.1\r\nHost: app.localhost\r\nConnection: close\r\n\r\n", hostHeader: "localhost:5173");
        head.ShouldContain("Host: localhost:5173\r\n");
        head.ShouldContain("X-Forwarded-Host: app.localhost\r\n");
    }

    [Fact]
    public async Task Request_TargetAndLatinField_ArriveByteForByte()
    {
        var head = await SeenAsync("GET /a%2Fb/%7e//?x=%20&y=[1]|{2} HTTP/1.1\r\nHost: app.localhost\r\nX-Name: Gr\u00fc\u00df\r\nConnection: close\r\n\r\n");
        head.ShouldStartWith("GET /a%2Fb/%7e//?x=%20&y=[1]|{2} HTTP/1.1\r\n");
        head.ShouldContain("X-Name: Gr\u00fc\u00df\r\n");
    }

    [Fact]
    public async Task Request_DotSegments_GoOutAsTheyWereMatched()
    {
        var head = await SeenAsync("GET /v1/%2e%2e/admin HTTP/1.1\r\nHost: app.localhost\r\nConnection: close\r\n\r\n");
        head.ShouldStartWith("GET /admin HTTP/1.1\r\n");
    }

    [Fact]
    public async Task Response_HopByHopFields_StayBehind()
    {
        using var backend = ScriptedBackend.Answering("HTTP/1.1 200 Fine\r\nConnection: keep-alive, X-Mine\r\nX-Mine: 1\r\nKeep-Alive: timeout=5\r\nProxy-Connection: x\r\nUpgrade: h2c\r\n" +
            "Set-Cookie: a=1\r\nSet-Cookie: b=2, c\r\nX-Name: Gr\u00fc\u00df\r\nContent-Length: 2\r\n\r\nhi");
        await using var router = await TestRouter.StartAsync();
        router.Route("app.localhost", backend.Url);
        using var wire = await router.ConnectAsync();
        await wire.SendAsync("GET / HTTP/1.1\r\nHost: app.localhost\r\nConnection: close\r\n\r\n");
        var answer = await wire.ReadToEndAsync();
        answer.ShouldStartWith("HTTP/1.1 200 Fine\r\n");
        answer.ShouldContain("Set-Cookie: a=1\r\nSet-Cookie: b=2, c\r\n");
        answer.ShouldContain("X-Name: Gr\u00fc\u00df\r\n");
        answer.ShouldContain("Via: 1.1 signalbox\r\n");
        answer.ShouldEndWith("\r\n\r\nhi");
        answer.ShouldNotContain("X-Mine");
        answer.ShouldNotContain("Keep-Alive");
        answer.ShouldNotContain("Proxy-Connection");
        answer.ShouldNotContain("Upgrade");
        answer.ShouldNotContain("Server:");
    }

    [Theory]
    [InlineData("HTTP/1.1 200 O\rX-Evil: 1\r\nContent-Length: 2\r\n\r\nhi")]
    [InlineData("HTTP/1.1 200 OK\r\nX-A: b\rX-Evil: 1\r\nContent-Length: 2\r\n\r\nhi")]
    [InlineData("HTTP/1.1 200 OK\r\nX-Evil b: 1\r\nContent-Length: 2\r\n\r\nhi")]
    [InlineData("HTTP/1.1 200 OK\nX-Evil: 1\nContent-Length: 2\n\nhi")]
    [InlineData("HTTP/1.1 200 OK\r\nX-Evil: 1\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n")]
    public async Task Response_HeadThatCanBeReadInTwoWays_IsABadGateway(string response)
    {
        using var backend = ScriptedBackend.Answering(response);
        await using var router = await TestRouter.StartAsync();
        router.Route("app.localhost", backend.Url);
        using var wire = await router.ConnectAsync();
        await wire.SendAsync("GET / HTTP/1.1\r\nHost: app.localhost\r\nConnection: close\r\n\r\n");
        var answer = await wire.ReadToEndAsync();
        answer.ShouldStartWith("HTTP/1.1 502");
        answer.ShouldNotContain("X-Evil: 1");
    }

    [Fact]
    public async Task Response_TrailersThatFrame_StayBehind()
    {
        using var backend = ScriptedBackend.Answering("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhi\r\n0\r\nX-Sum: 1\r\nContent-Length: 9\r\nConnection: close\r\n\r\n");
        await using var router = await TestRouter.StartAsync();
        router.Route("app.localhost", backend.Url);
        // Over HTTP/1.1 the server has no trailers.
        using var client = TestRouter.NewClient(HttpVersion.Version20);
        using var response = await client.GetAsync(new Uri(router.SecureUrl("app.localhost")), TestContext.Current.CancellationToken);
        (await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)).ShouldBe("hi");
        response.TrailingHeaders.NonValidated.Select(field => $"{field.Key}: {field.Value}").ShouldBe(["X-Sum: 1"], Case.Insensitive);
    }

    [Fact]
    public async Task Request_CookieCrumbsOverHttp2_ArriveAsOneField()
    {
        var seen = "";
        using var backend = new ScriptedBackend(async wire =>
        {
            seen = await wire.ReadHeadAsync();
            await wire.SendAsync(Ok);
        });
        await using var router = await TestRouter.StartAsync();
        router.Route("app.localhost", backend.Url);
        using var client = TestRouter.NewClient(HttpVersion.Version20);
        using var request = new HttpRequestMessage(HttpMethod.Get, router.SecureUrl("app.localhost")) { Version = HttpVersion.Version20, VersionPolicy = HttpVersionPolicy.RequestVersionExact };
        request.Headers.TryAddWithoutValidation("Cookie", ["a=1", "b=2"]);
        using var response = await client.SendAsync(request, TestContext.Current.CancellationToken);
        seen.ShouldContain("Cookie: a=1; b=2\r\n");
        seen.ShouldContain("Via: 2.0 signalbox (");
    }

    private static async Task<string> SeenAsync(string request, RouterOptions? options = null, string? hostHeader = null)
    {
        var seen = new TaskCompletionSource<string>();
        using var backend = new ScriptedBackend(async wire =>
        {
            seen.TrySetResult(await wire.ReadHeadAsync());
            await wire.SendAsync(Ok);
        });
        await using var router = await TestRouter.StartAsync(options);
        router.Route("app.localhost", backend.Url, hostHeader: hostHeader);
        using var wire = await router.ConnectAsync();
        await wire.SendAsync(request);
        (await wire.ReadHeadAsync()).ShouldStartWith("HTTP/1.1 200");
        return await seen.Task;
    }
}
