using System.Net;
using System.Net.Sockets;
using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Signalbox.Proxy.Connections;
using Signalbox.Tests.Support;

namespace Signalbox.Tests.Proxy.Connections;

/// <summary>What the guard does to a whole connection: answers, time limits, upgrades, the end.</summary>
public sealed class GuardedConnectionTests
{
    private const string Head = "GET / HTTP/1.1\r\nHost: a\r\n";
    private const string Chunked = "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n";

    [Fact]
    public async Task Refusal_OfAHead_IsAProblemDocumentThatCloses()
    {
        await using var server = await GuardedServer.StartAsync();
        var answer = await server.ExchangeAsync(Head + "Content-Length: +1\r\n\r\nx");
        answer.ShouldStartWith("HTTP/1.1 400 Bad Request\r\nDate: ");
        answer.ShouldContain("\r\nContent-Type: application/problem+json\r\n");
        answer.ShouldContain("\r\nConnection: close\r\n\r\n{\"type\":\"urn:signalbox:problem:invalid-request\"");
        answer.ShouldContain("Content-Length is not one plain decimal number");
    }

    [Fact]
    public async Task Refusal_ClientGoesOnSending_StillReadsTheAnswer()
    {
        await using var server = await GuardedServer.StartAsync();
        var answer = await server.ExchangeAsync("BAD\r\n" + new string('x', 200_000), 4000);
        GuardedServer.StatusesOf(answer).ShouldBe([400]);
    }

    [Fact]
    public async Task Refusal_ClientNeverCloses_IsCutOffAfterTheDrainTime()
    {
        var time = new FakeTimeProvider();
        var options = new GuardOptions();
        await using var server = await GuardedServer.StartAsync(options, time);
        using var socket = await server.ConnectAsync();
        await socket.SendAsync("BAD\r\n"u8.ToArray());
        await time.TimerSetAsync(options.DrainTime);
        var reading = GuardedServer.ReadToEndAsync(socket);
        time.Advance(options.DrainTime);
        GuardedServer.StatusesOf(await reading).ShouldBe([400]);
    }

    [Fact]
    public async Task Refusal_TimeOverAtOnce_IsStillSent()
    {
        // The time for reading the answer once began before the answer was written, so that a machine at a standstill lost it.
        await using var server = await GuardedServer.StartAsync(new GuardOptions { DrainTime = TimeSpan.Zero });
        using var socket = await server.ConnectAsync();
        await socket.SendAsync("BAD\r\n"u8.ToArray());
        GuardedServer.StatusesOf(await GuardedServer.ReadToEndAsync(socket)).ShouldBe([400]);
    }

    [Fact]
    public async Task Head_ThatDoesNotEndInTime_IsAnswered408()
    {
        var time = new FakeTimeProvider();
        var options = new GuardOptions();
        await using var server = await GuardedServer.StartAsync(options, time);
        using var socket = await server.ConnectAsync();
        await socket.SendAsync("GET / HTTP/1.1\r\nHo"u8.ToArray());
        await time.TimerSetAsync(options.HeadersTimeout);
        time.Advance(options.HeadersTimeout);
        var buffer = new byte[12];
        await socket.ReceiveAsync(buffer);
        Encoding.ASCII.GetString(buffer).ShouldBe("HTTP/1.1 408");
    }

    [Fact]
    public async Task Head_ThatEndsInTime_StopsTheClock()
    {
        var time = new FakeTimeProvider();
        var options = new GuardOptions();
        await using var server = await GuardedServer.StartAsync(options, time);
        using var socket = await server.ConnectAsync();
        await socket.SendAsync("GET / HTTP/1.1\r\nHo"u8.ToArray());
        await time.TimerSetAsync(options.HeadersTimeout);
        time.Advance(options.HeadersTimeout - TimeSpan.FromSeconds(1));
        await socket.SendAsync("st: a\r\n\r\n"u8.ToArray());
        var buffer = new byte[1000];
        await socket.ReceiveAsync(buffer);
        time.Advance(options.HeadersTimeout);
        await socket.SendAsync(Encoding.ASCII.GetBytes(Head + "\r\n"));
        socket.Shutdown(SocketShutdown.Send);
        GuardedServer.StatusesOf(await GuardedServer.ReadToEndAsync(socket)).ShouldBe([200]);
        server.Seen.Count.ShouldBe(2);
    }

    [Fact]
    public async Task Body_BadAndStillBeingSent_LeavesTheAnswerReadable()
    {
        // More than the server takes before it answers, and less than is thrown away: without that, closing would reset the connection.
        for (var round = 0; round < 10; round++)
        {
            await using var server = await GuardedServer.StartAsync();
            var answer = await server.ExchangeAsync(Chunked + "5\r\nhello\r\nzz\r\n" + new string('x', 200 * 1024));
            GuardedServer.StatusesOf(answer).ShouldBe([400]);
        }
    }

    [Fact]
    public async Task Body_BadAndClientThatDoesNotClose_IsCutOffInTime()
    {
        var time = new FakeTimeProvider();
        var options = new GuardOptions();
        await using var server = await GuardedServer.StartAsync(options, time);
        using var socket = await server.ConnectAsync();
        await socket.SendAsync(Encoding.ASCII.GetBytes(Chunked + "zz\r\n"));
        await time.TimerSetAsync(options.DrainTime);
        time.Advance(options.DrainTime);
        GuardedServer.StatusesOf(await GuardedServer.ReadToEndAsync(socket)).ShouldBe([400]);
    }

    [Fact]
    public async Task Body_BadAndUnreadByTheApplication_EndsTheConnectionAfterTheResponse()
    {
        var requests = 0;
        await using var server = await GuardedServer.StartAsync(handler: context =>
        {
            Interlocked.Increment(ref requests);
            return context.Response.WriteAsync("ok");
        });
        var answer = await server.ExchangeAsync(Chunked + "zz\r\n" + Head + "\r\n" + "0\r\n\r\n" + Head + "\r\n");
        GuardedServer.StatusesOf(answer).ShouldBe([200]);
        requests.ShouldBe(1);
    }

    [Fact]
    public async Task Body_BadAfterTheResponseBegan_EndsTheConnectionAndTellsWhy()
    {
        var requests = 0;
        var told = new TaskCompletionSource<Refusal?>(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var server = await GuardedServer.StartAsync(handler: async context =>
        {
            Interlocked.Increment(ref requests);
            await context.Response.WriteAsync("begun");
            await context.Response.Body.FlushAsync();
            try
            {
                await context.Request.Body.CopyToAsync(Stream.Null);
            }
            finally
            {
                told.SetResult(context.Features.Get<IGuardFeature>()!.Refused);
            }
        });
        var answer = await server.ExchangeAsync(Chunked + "5\r\nhelloXX" + Head + "\r\n");
        GuardedServer.StatusesOf(answer).ShouldBe([200]);
        answer.ShouldNotContain("0\r\n\r\n");
        (await told.Task).ShouldBe(Refusal.ChunkEnd);
        requests.ShouldBe(1);
    }

    [Fact]
    public async Task Upgrade_Announced_PassesEverythingRaw()
    {
        await using var server = await GuardedServer.StartAsync(handler: async context =>
        {
            context.Features.Get<IGuardFeature>()!.PassThrough();
            await using var stream = await context.Features.Get<IHttpUpgradeFeature>()!.UpgradeAsync();
            await stream.CopyToAsync(stream);
        });
        var raw = "\0\u0081\u00ff\r\n\nX: no request\r\n\r\n";
        foreach (var pieceLength in new[] { int.MaxValue, 1 })
        {
            var answer = await server.ExchangeAsync(Head + "Connection: Upgrade\r\nUpgrade: odd\r\n\r\n" + raw, pieceLength);
            GuardedServer.StatusesOf(answer).ShouldBe([101]);
            answer.ShouldEndWith("\r\n\r\n" + raw);
        }
    }

    [Fact]
    public async Task Upgrade_NotAskedFor_CannotBeAnnounced()
    {
        await using var server = await GuardedServer.StartAsync(handler: context =>
        {
            Should.Throw<InvalidOperationException>(context.Features.Get<IGuardFeature>()!.PassThrough);
            return context.Response.WriteAsync("ok");
        });
        GuardedServer.StatusesOf(await server.ExchangeAsync(Head + "\r\n")).ShouldBe([200]);
    }

    [Fact]
    public async Task Continue_AskedFor_IsSentWhenTheBodyIsRead()
    {
        await using var server = await GuardedServer.StartAsync();
        using var socket = await server.ConnectAsync();
        await socket.SendAsync("POST / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n"u8.ToArray());
        var buffer = new byte[100];
        Encoding.ASCII.GetString(buffer, 0, await socket.ReceiveAsync(buffer)).ShouldBe("HTTP/1.1 100 Continue\r\n\r\n");
        await socket.SendAsync("hi"u8.ToArray());
        socket.Shutdown(SocketShutdown.Send);
        GuardedServer.StatusesOf(await GuardedServer.ReadToEndAsync(socket)).ShouldBe([200]);
        server.Seen.ShouldBe(["POST / hi"]);
    }

    [Fact]
    public async Task Body_Large_ArrivesWhole()
    {
        await using var server = await GuardedServer.StartAsync();
        var body = new string('b', 5_000_000);
        await server.ExchangeAsync($"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: {body.Length}\r\n\r\n{body}{Chunked}{body.Length:x}\r\n{body}\r\n0\r\n\r\n{Head}\r\n");
        var seen = server.Seen.ToArray();
        seen.Select(text => text.Length).ShouldBe([body.Length + 7, body.Length + 7, 6]);
        seen.SequenceEqual(["POST / " + body, "POST / " + body, "GET / "]).ShouldBeTrue();
    }

    [Fact]
    public async Task Pipeline_OfAThousand_IsAnsweredInOrder()
    {
        await using var server = await GuardedServer.StartAsync();
        await server.ExchangeAsync(string.Concat(Enumerable.Range(0, 1000).Select(i => $"GET /{i} HTTP/1.1\r\nHost: a\r\n\r\n")));
        server.Seen.ToList().ShouldBe(Enumerable.Range(0, 1000).Select(i => $"GET /{i} ").ToList());
    }

    [Fact]
    public async Task Http2_ChosenByTls_IsLeftAlone()
    {
        using var certificate = TestCertificate.Create();
        await using var server = await GuardedServer.StartAsync(certificate: certificate, protocols: HttpProtocols.Http1AndHttp2, handler: context =>
            context.Response.WriteAsync($"{context.Request.Protocol} {context.Features.Get<IGuardFeature>() is null}"));
        using var handler = new SocketsHttpHandler();
        handler.SslOptions.RemoteCertificateValidationCallback = (_, seen, _, _) => certificate.Equals(seen);
        using var client = new HttpClient(handler);
        foreach (var (version, text) in new[] { (HttpVersion.Version20, "HTTP/2 True"), (HttpVersion.Version11, "HTTP/1.1 False") })
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, $"https://{server.EndPoint}/") { Version = version, VersionPolicy = HttpVersionPolicy.RequestVersionExact };
            using var response = await client.SendAsync(request);
            (await response.Content.ReadAsStringAsync()).ShouldBe(text);
        }
    }

    [Fact]
    public async Task Stop_WithAHeadBegun_LetsTheRequestComeToItsEnd()
    {
        var time = new FakeTimeProvider();
        await using var server = await GuardedServer.StartAsync(new GuardOptions(), time);
        using var socket = await server.ConnectAsync();
        await socket.SendAsync("GET / HTTP/1.1\r\nHo"u8.ToArray());
        await time.TimerSetAsync(new GuardOptions().HeadersTimeout);
        var stopping = server.StopAsync();
        await socket.SendAsync("st: a\r\n\r\n"u8.ToArray());
        var answer = await GuardedServer.ReadToEndAsync(socket);
        await stopping;
        GuardedServer.StatusesOf(answer).ShouldBe([200]);
    }
}
