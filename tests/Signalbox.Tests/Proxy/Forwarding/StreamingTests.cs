using System.Net;
using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Signalbox.Tests.Proxy.Support;

namespace Signalbox.Tests.Proxy.Forwarding;

/// <summary>Bodies both ways, as they come and whole.</summary>
public sealed class StreamingTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Response_Events_ArriveAsTheyAreMade()
    {
        var next = new SemaphoreSlim(0);
        using var backend = new ScriptedBackend(async wire =>
        {
            await wire.ReadHeadAsync();
            await wire.SendAsync("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n");
            for (var i = 0; i < 3; i++)
            {
                await next.WaitAsync();
                await wire.SendAsync($"9\r\ndata: {i}\n\n\r\n");
            }

            await wire.SendAsync("0\r\n\r\n");
        });
        await using var router = await TestRouter.StartAsync();
        router.Route("app.localhost", backend.Url);

        // The head is there before the first event is made, and each event before the next.
        using var response = await router.Client.GetAsync(router.Url("app.localhost"), HttpCompletionOption.ResponseHeadersRead, Cancellation);
        using var events = new StreamReader(await response.Content.ReadAsStreamAsync(Cancellation));
        for (var i = 0; i < 3; i++)
        {
            next.Release();
            (await events.ReadLineAsync(Cancellation)).ShouldBe($"data: {i}");
            await events.ReadLineAsync(Cancellation);
        }

        (await events.ReadToEndAsync(Cancellation)).ShouldBeEmpty();
    }

    [Fact]
    public async Task Response_BodyOfKnownLengthLongAfterItsHead_IsNotHeldBack()
    {
        var seen = new SemaphoreSlim(0);
        using var backend = new ScriptedBackend(async wire =>
        {
            await wire.ReadHeadAsync();
            await wire.SendAsync("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n");
            await seen.WaitAsync();
            await wire.SendAsync("ok");
            await wire.ReadHeadAsync();
        });
        await using var router = await TestRouter.StartAsync();
        router.Route("app.localhost", backend.Url);
        using var wire = await router.ConnectAsync();
        await wire.SendAsync("GET / HTTP/1.1\r\nHost: app.localhost\r\n\r\n");
        await wire.ReadHeadAsync();
        seen.Release();
        (await wire.ReadToAsync("ok")).ShouldBe("ok");
    }

    [Theory]
    [InlineData("http")]
    [InlineData("h2c")]
    [InlineData("https")]
    public async Task Request_Body_ArrivesAsItIsSent(string scheme)
    {
        var arrived = new TaskCompletionSource<string>();
        await using var backend = await WebBackend.StartAsync(scheme, async context =>
        {
            var buffer = new byte[5];
            await context.Request.Body.ReadExactlyAsync(buffer);
            arrived.TrySetResult(Encoding.ASCII.GetString(buffer));
            using var rest = new StreamReader(context.Request.Body);
            await context.Response.WriteAsync(await rest.ReadToEndAsync());
        });
        await using var router = await TestRouter.StartAsync();
        router.Route("app.localhost", backend.Url);
        using var wire = await router.ConnectAsync();
        await wire.SendAsync("POST / HTTP/1.1\r\nHost: app.localhost\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n5\r\nfirst\r\n");
        (await arrived.Task.WaitAsync(TestRouter.Patience, Cancellation)).ShouldBe("first");
        await wire.SendAsync("6\r\nsecond\r\n0\r\n\r\n");
        (await wire.ReadToEndAsync()).ShouldContain("second");
    }

    [Theory]
    [InlineData("http", 1)]
    [InlineData("http", 2)]
    [InlineData("h2c", 1)]
    [InlineData("h2c", 2)]
    [InlineData("https", 2)]
    [InlineData("https1", 2)]
    public async Task Bodies_OfTenMegabytes_ArriveWhole(string scheme, int version)
    {
        await using var backend = await WebBackend.StartAsync(scheme, async context =>
        {
            var received = new MemoryStream();
            await context.Request.Body.CopyToAsync(received);
            received.Position = 0;
            await received.CopyToAsync(context.Response.Body);
        });
        await using var router = await TestRouter.StartAsync();
        router.Route("app.localhost", backend.Url);
        var sent = new byte[10 * 1024 * 1024];
        new Random(1).NextBytes(sent);
        using var client = TestRouter.NewClient(version == 1 ? HttpVersion.Version11 : HttpVersion.Version20);
        using var response = await client.PostAsync(router.SecureUrl("app.localhost"), new ByteArrayContent(sent), Cancellation);
        var received = await response.Content.ReadAsByteArrayAsync(Cancellation);
        received.Length.ShouldBe(sent.Length);
        received.AsSpan().SequenceEqual(sent).ShouldBeTrue();
    }

    [Fact]
    public async Task Bodies_Http2BothSides_StreamBothWaysAtOnce()
    {
        await using var backend = await WebBackend.StartAsync("h2c", async context =>
        {
            var buffer = new byte[4];
            while (await context.Request.Body.ReadAtLeastAsync(buffer, 4, throwOnEndOfStream: false) == 4)
            {
                await context.Response.Body.WriteAsync(buffer);
                await context.Response.Body.FlushAsync();
            }
        });
        await using var router = await TestRouter.StartAsync();
        router.Route("app.localhost", backend.Url);
        using var client = TestRouter.NewClient(HttpVersion.Version20);
        var talk = new TalkContent();
        using var request = new HttpRequestMessage(HttpMethod.Post, router.SecureUrl("app.localhost")) { Content = talk, Version = HttpVersion.Version20, VersionPolicy = HttpVersionPolicy.RequestVersionExact };
        var answering = client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Cancellation);
        var up = await talk.Stream.WaitAsync(TestRouter.Patience, Cancellation);
        await up.WriteAsync("ping"u8.ToArray(), Cancellation);
        await up.FlushAsync(Cancellation);
        using var response = await answering;
        var down = await response.Content.ReadAsStreamAsync(Cancellation);
        var echo = new byte[4];
        for (var i = 0; i < 5; i++)
        {
            await down.ReadExactlyAsync(echo, Cancellation);
            Encoding.ASCII.GetString(echo).ShouldBe("ping");
            await up.WriteAsync("ping"u8.ToArray(), Cancellation);
            await up.FlushAsync(Cancellation);
        }

        talk.End();
        await down.ReadExactlyAsync(echo, Cancellation);
        (await down.ReadAsync(echo, Cancellation)).ShouldBe(0);
    }

    [Theory]
    [InlineData("http")]
    [InlineData("https")]
    [InlineData("https1")]
    [InlineData("h2c")]
    public async Task Bodies_EchoedWhileSent_NeitherWaitsForTheOther(string scheme)
    {
        await using var backend = await WebBackend.StartAsync(scheme, context => context.Request.Body.CopyToAsync(context.Response.Body));
        await using var router = await TestRouter.StartAsync();
        router.Route("app.localhost", backend.Url);
        // Over TLS it is known from the first connection on which version a backend speaks.
        using (await router.Client.GetAsync(router.Url("app.localhost"), Cancellation))
        {
        }

        const int Total = 64 * 1024 * 1024;
        using var wire = await router.ConnectAsync();
        await wire.SendAsync($"POST / HTTP/1.1\r\nHost: app.localhost\r\nContent-Length: {Total}\r\nConnection: close\r\n\r\n");
        var sending = Task.Run(async () =>
        {
            var block = new byte[64 * 1024];
            for (var sent = 0; sent < Total; sent += block.Length) await wire.Socket.SendAsync(block, Cancellation);
        }, Cancellation);
        await wire.ReadHeadAsync();
        (await wire.CountToEndAsync()).ShouldBeGreaterThan(Total);
        await sending;
    }

    [Theory]
    [InlineData("Connection: close\r\n")]
    [InlineData("")]
    public async Task Response_BeforeTheBodyWasTaken_ReachesTheClient(string field)
    {
        using var backend = new ScriptedBackend(async wire =>
        {
            await wire.ReadHeadAsync();
            await wire.SendAsync($"HTTP/1.1 413 Content Too Large\r\nContent-Length: 3\r\n{field}\r\nbig");
            if (field.Length == 0) await wire.EndsAsync();
        });
        await using var router = await TestRouter.StartAsync();
        router.Route("app.localhost", backend.Url);
        using var wire = await router.ConnectAsync();
        await wire.SendAsync("POST / HTTP/1.1\r\nHost: app.localhost\r\nContent-Length: 100000000\r\n\r\n" + new string('x', 1_000_000));
        (await wire.ReadHeadAsync()).ShouldStartWith("HTTP/1.1 413 ");
        await wire.ReadToAsync("big");
    }

    [Fact]
    public async Task Response_GrpcLikeTrailers_ReachTheClient()
    {
        await using var backend = await WebBackend.StartAsync("h2c", async context =>
        {
            context.Request.Headers.TE.ToString().ShouldBe("trailers");
            context.Response.ContentType = "application/grpc";
            context.Response.DeclareTrailer("grpc-status");
            await context.Response.Body.WriteAsync(new byte[] { 0, 0, 0, 0, 0 });
            context.Response.AppendTrailer("grpc-status", "0");
        });
        await using var router = await TestRouter.StartAsync();
        router.Route("app.localhost", backend.Url);
        using var client = TestRouter.NewClient(HttpVersion.Version20);
        client.DefaultRequestHeaders.TryAddWithoutValidation("TE", "trailers");
        using var response = await client.PostAsync(router.SecureUrl("app.localhost"), new ByteArrayContent([0, 0, 0, 0, 0]), Cancellation);
        (await response.Content.ReadAsByteArrayAsync(Cancellation)).Length.ShouldBe(5);
        response.TrailingHeaders.GetValues("grpc-status").ShouldBe(["0"]);
    }

    [Theory]
    [InlineData("HEAD", "HTTP/1.1 200 OK\r\nContent-Length: 1234\r\n\r\n", "200", "Content-Length: 1234")]
    [InlineData("HEAD", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", "200", null)]
    [InlineData("GET", "HTTP/1.1 204 No Content\r\nContent-Length: 0\r\n\r\n", "204", null)]
    [InlineData("GET", "HTTP/1.1 304 Not Modified\r\nContent-Length: 1234\r\nETag: \"x\"\r\n\r\n", "304", "ETag: \"x\"")]
    [InlineData("GET", "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", "200", "Content-Length: 0")]
    public async Task Response_WithoutBody_EndsAtItsHead(string method, string answer, string status, string? field)
    {
        using var backend = ScriptedBackend.Answering(answer);
        await using var router = await TestRouter.StartAsync();
        router.Route("app.localhost", backend.Url);
        using var wire = await router.ConnectAsync();
        for (var i = 0; i < 2; i++)
        {
            // Twice on one connection: the second answer begins right after the first.
            await wire.SendAsync($"{method} / HTTP/1.1\r\nHost: app.localhost\r\n\r\n");
            var head = await wire.ReadHeadAsync();
            head.ShouldStartWith($"HTTP/1.1 {status} ");
            if (field is not null) head.ShouldContain(field + "\r\n");
        }
    }

    [Theory]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf")]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\n")]
    public async Task Response_BackendGoneInTheMiddle_CutsTheClient(string half)
    {
        using var backend = new ScriptedBackend(async wire =>
        {
            await wire.ReadHeadAsync();
            await wire.SendAsync(half);
        });
        await using var router = await TestRouter.StartAsync();
        router.Route("app.localhost", backend.Url);
        foreach (var version in new[] { HttpVersion.Version11, HttpVersion.Version20 })
        {
            using var client = TestRouter.NewClient(version);
            await Should.ThrowAsync<HttpRequestException>(client.GetStringAsync(router.SecureUrl("app.localhost"), Cancellation));
        }
    }

    [Fact]
    public async Task Request_ClientGone_EndsTheBackendsRequest()
    {
        var gone = new TaskCompletionSource<bool>();
        using var backend = new ScriptedBackend(async wire =>
        {
            await wire.ReadHeadAsync();
            await wire.SendAsync("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nx\r\n");
            gone.TrySetResult(await wire.EndsAsync());
        });
        await using var router = await TestRouter.StartAsync();
        router.Route("app.localhost", backend.Url);
        var wire = await router.ConnectAsync();
        await wire.SendAsync("GET / HTTP/1.1\r\nHost: app.localhost\r\n\r\n");
        await wire.ReadToAsync("x\r\n");
        wire.Reset();
        (await gone.Task.WaitAsync(TestRouter.Patience, Cancellation)).ShouldBeTrue();
    }

    [Fact]
    public async Task Expect_BackendWantsTheBody_IsAskedEndToEnd()
    {
        using var backend = new ScriptedBackend(async wire =>
        {
            (await wire.ReadHeadAsync()).ShouldContain("Expect: 100-continue\r\n");
            await wire.SendAsync("HTTP/1.1 100 Continue\r\n\r\n");
            await wire.ReadToAsync("body");
            await wire.SendAsync("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
        });
        await using var router = await TestRouter.StartAsync();
        router.Route("app.localhost", backend.Url);
        using var wire = await router.ConnectAsync();
        await wire.SendAsync("POST / HTTP/1.1\r\nHost: app.localhost\r\nContent-Length: 4\r\nExpect: 100-continue\r\n\r\n");
        (await wire.ReadHeadAsync()).ShouldStartWith("HTTP/1.1 100 ");
        await wire.SendAsync("body");
        (await wire.ReadHeadAsync()).ShouldStartWith("HTTP/1.1 200 ");
    }

    [Fact]
    public async Task Expect_BackendRefusesTheBody_NeverAsksForIt()
    {
        using var backend = new ScriptedBackend(async wire =>
        {
            await wire.ReadHeadAsync();
            await wire.SendAsync("HTTP/1.1 413 Content Too Large\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
        });
        await using var router = await TestRouter.StartAsync();
        router.Route("app.localhost", backend.Url);
        using var wire = await router.ConnectAsync();
        await wire.SendAsync("POST / HTTP/1.1\r\nHost: app.localhost\r\nContent-Length: 100000\r\nExpect: 100-continue\r\n\r\n");
        (await wire.ReadHeadAsync()).ShouldStartWith("HTTP/1.1 413 ");
    }

    [Fact]
    public async Task Request_ClientEndsItsSideFirst_IsStillAnswered()
    {
        using var backend = ScriptedBackend.Answering("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi");
        await using var router = await TestRouter.StartAsync();
        router.Route("app.localhost", backend.Url);
        using var wire = await router.ConnectAsync();
        await wire.SendAsync("GET / HTTP/1.1\r\nHost: app.localhost\r\n\r\n");
        wire.EndSending();
        (await wire.ReadToEndAsync()).ShouldEndWith("\r\n\r\nhi");
    }

    [Fact]
    public async Task Request_MalformedChunk_IsTheClientsFault()
    {
        await using var backend = await WebBackend.StartAsync(async context =>
        {
            try
            {
                await context.Request.Body.CopyToAsync(Stream.Null);
            }
            catch (IOException)
            {
                // The router gives the request up.
            }
        });
        await using var router = await TestRouter.StartAsync();
        router.Route("app.localhost", backend.Url);
        using var wire = await router.ConnectAsync();
        await wire.SendAsync("POST / HTTP/1.1\r\nHost: app.localhost\r\nTransfer-Encoding: chunked\r\n\r\nnonsense\r\n");
        (await wire.ReadHeadAsync()).ShouldStartWith("HTTP/1.1 400 ");
    }

    /// <summary>A request body that is written by hand.</summary>
    private sealed class TalkContent : HttpContent
    {
        private readonly TaskCompletionSource<Stream> _stream = new();
        private readonly TaskCompletionSource _end = new();

        public Task<Stream> Stream => _stream.Task;

        public void End() => _end.TrySetResult();

        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
        {
            _stream.TrySetResult(stream);
            await _end.Task;
        }

        protected override bool TryComputeLength(out long length)
        {
            length = 0;
            return false;
        }
    }
}
