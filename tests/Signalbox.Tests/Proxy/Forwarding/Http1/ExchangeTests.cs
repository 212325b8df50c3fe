using Signalbox.Tests.Proxy.Support;

namespace Signalbox.Tests.Proxy.Forwarding.Http1;

/// <summary>What of HTTP/1.1 goes through the lane beside heads and bodies: interim answers, trailers, and connections kept or thrown away.</summary>
public sealed class ExchangeTests
{
    private const string Request = "GET / HTTP/1.1\r\nHost: app.localhost\r\n\r\n";

    [Fact]
    public async Task Interim_Hints_ReachTheClientBeforeTheAnswer()
    {
        var hinted = new TaskCompletionSource();
        using var backend = new ScriptedBackend(async wire =>
        {
            await wire.ReadHeadAsync();
            await wire.SendAsync("HTTP/1.1 102 Processing\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: </a.css>; rel=preload\r\nConnection: X-Mine\r\nX-Mine: 1\r\n\r\n");
            await hinted.Task;
            await wire.SendAsync("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi");
            await wire.ReadHeadAsync();
        });
        await using var router = await TestRouter.StartAsync();
        router.Route("app.localhost", backend.Url);
        using var wire = await router.ConnectAsync();
        await wire.SendAsync(Request);
        (await wire.ReadHeadAsync()).ShouldBe("HTTP/1.1 102 Processing\r\n\r\n");
        (await wire.ReadHeadAsync()).ShouldBe("HTTP/1.1 103 Early Hints\r\nLink: </a.css>; rel=preload\r\n\r\n");
        hinted.SetResult();
        (await wire.ReadHeadAsync()).ShouldStartWith("HTTP/1.1 200 ");
        await wire.ReadToAsync("hi");
    }

    [Fact]
    public async Task Interim_ClientOfHttp10_GetsNone()
    {
        using var backend = ScriptedBackend.Answering("HTTP/1.1 103 Early Hints\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi");
        await using var router = await TestRouter.StartAsync();
        router.Route("app.localhost", backend.Url);
        using var wire = await router.ConnectAsync();
        await wire.SendAsync("GET / HTTP/1.0\r\nHost: app.localhost\r\n\r\n");
        (await wire.ReadToEndAsync()).ShouldStartWith("HTTP/1.1 200 ");
    }

    [Fact]
    public async Task Trailers_OfAnAnswer_ReachAClientOfHttp11AndTheConnectionIsKept()
    {
        using var backend = ScriptedBackend.Answering(
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nTrailer: X-Sum\r\n\r\n2\r\nhi\r\n5;a=b\r\nthere\r\n0\r\nX-Sum: 7\r\nContent-Length: 9\r\nSet-Cookie: a=1\r\n\r\n");
        await using var router = await TestRouter.StartAsync();
        router.Route("app.localhost", backend.Url);
        using var wire = await router.ConnectAsync();
        for (var i = 0; i < 2; i++)
        {
            await wire.SendAsync(Request);
            var head = await wire.ReadHeadAsync();
            head.ShouldContain("Transfer-Encoding: chunked\r\n");
            head.ShouldContain("Trailer: X-Sum\r\n");
            (await wire.ReadToAsync("0\r\nX-Sum: 7\r\n\r\n")).ShouldBe("2\r\nhi\r\n5\r\nthere\r\n0\r\nX-Sum: 7\r\n\r\n");
        }

        backend.Connections.ShouldBe(1);
    }

    [Fact]
    public async Task Chunks_ClientOfHttp10_GetsTheBodyAlone()
    {
        using var backend = ScriptedBackend.Answering("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhi\r\n0\r\nX-Sum: 7\r\n\r\n");
        await using var router = await TestRouter.StartAsync();
        router.Route("app.localhost", backend.Url);
        using var wire = await router.ConnectAsync();
        await wire.SendAsync("GET / HTTP/1.0\r\nHost: app.localhost\r\n\r\n");
        (await wire.ReadToEndAsync()).ShouldEndWith("\r\n\r\nhi");
    }

    [Fact]
    public async Task Trailers_OfARequest_ReachTheBackend()
    {
        var seen = new TaskCompletionSource<string>();
        using var backend = new ScriptedBackend(async wire =>
        {
            await wire.ReadHeadAsync();
            seen.TrySetResult(await wire.ReadToAsync("\r\n\r\n"));
            await wire.SendAsync("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
        });
        await using var router = await TestRouter.StartAsync();
        router.Route("app.localhost", backend.Url);
        using var wire = await router.ConnectAsync();
        await wire.SendAsync("POST / HTTP/1.1\r\nHost: app.localhost\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nbody\r\n0\r\nX-Sum: 4\r\nX-Forwarded-For: 6.6.6.6\r\n\r\n");
        (await wire.ReadHeadAsync()).ShouldStartWith("HTTP/1.1 200 ");
        (await seen.Task).ShouldBe("4\r\nbody\r\n0\r\nX-Sum: 4\r\n\r\n");
    }

    [Theory]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi", 1)]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi and more", 2)]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhi\r\n0\r\n\r\nmore", 2)]
    [InlineData("HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\nhi", 2)]
    [InlineData("HTTP/1.1 205 Reset Content\r\nContent-Length: 2\r\n\r\nhi", 2)]
    public async Task Connection_AfterAnAnswer_IsKeptOnlyWhereItIsClean(string answer, int connections)
    {
        using var backend = ScriptedBackend.Answering(answer);
        await using var router = await TestRouter.StartAsync();
        router.Route("app.localhost", backend.Url);
        using var wire = await router.ConnectAsync();
        for (var i = 0; i < 2; i++)
        {
            await wire.SendAsync(Request);
            var head = await wire.ReadHeadAsync();
            if (head.Contains("Content-Length: 2", StringComparison.Ordinal)) await wire.ReadToAsync("hi");
            else if (head.Contains("chunked", StringComparison.Ordinal)) await wire.ReadToAsync("0\r\n\r\n");
        }

        backend.Connections.ShouldBe(connections);
    }

    [Fact]
    public async Task Body_OfTwentyMegabytesInOneChunk_ComesThroughTls()
    {
        // Where the server answers on threads of its own, each step has to find back to the loop.
        const int Length = 20 * 1024 * 1024;
        using var backend = new ScriptedBackend(async wire =>
        {
            await wire.ReadHeadAsync();
            await wire.SendAsync($"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n{Length:x}\r\n{new string('x', Length)}\r\n0\r\n\r\n");
            await wire.ReadHeadAsync();
        });
        await using var router = await TestRouter.StartAsync();
        router.Route("app.localhost", backend.Url);
        (await router.Client.GetByteArrayAsync(router.SecureUrl("app.localhost"), TestContext.Current.CancellationToken)).Length.ShouldBe(Length);
    }

    [Fact]
    public async Task Pool_BackendClosesIdleConnection_IsNotUsedAgain()
    {
        var closing = new SemaphoreSlim(0);
        var closed = new TaskCompletionSource<bool>();
        using var backend = new ScriptedBackend(async wire =>
        {
            await wire.ReadHeadAsync();
            await wire.SendAsync("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi");
            await closing.WaitAsync();
            wire.EndSending();
            closed.TrySetResult(await wire.EndsAsync());
        });
        // On the loop the end is noticed at once; on the framework's sockets before the next use.
        await using var router = await TestRouter.StartAsync(transport: Signalbox.Proxy.Transport.TransportKind.Epoll);
        router.Route("app.localhost", backend.Url);
        using var wire = await router.ConnectAsync();
        await wire.SendAsync(Request);
        await wire.ReadToAsync("hi");
        closing.Release();
        (await closed.Task.WaitAsync(TestRouter.Patience, TestContext.Current.CancellationToken)).ShouldBeTrue();
        await wire.SendAsync("POST / HTTP/1.1\r\nHost: app.localhost\r\nContent-Length: 0\r\n\r\n");
        await wire.ReadToAsync("hi");
        backend.Connections.ShouldBe(2);
    }
}
