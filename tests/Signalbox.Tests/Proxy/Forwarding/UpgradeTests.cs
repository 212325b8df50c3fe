using System.Net;
using System.Net.WebSockets;
using System.Text;
using Signalbox.Model;
using Signalbox.Proxy;
using Signalbox.Proxy.Transport;
using Signalbox.Tests.Proxy.Support;
using Signalbox.Tests.Support;

namespace Signalbox.Tests.Proxy.Forwarding;

/// <summary>WebSockets on both versions, and any other protocol a client upgrades to.</summary>
public sealed class UpgradeTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("http", 1)]
    [InlineData("http", 2)]
    [InlineData("https", 1)]
    [InlineData("https", 2)]
    public async Task WebSocket_BothVersions_TalksToTheBackend(string scheme, int version)
    {
        await using var backend = await EchoAsync(scheme);
        await using var router = await TestRouter.StartAsync();
        router.Route("app.localhost", backend.Url);
        using var socket = await OpenAsync(router, version);
        socket.SubProtocol.ShouldBe("echo");
        for (var i = 0; i < 3; i++) (await TalkAsync(socket, $"message {i}")).ShouldBe($"message {i}");
        await socket.CloseAsync(WebSocketCloseStatus.NormalClosure, "done", Cancellation);
        socket.CloseStatusDescription.ShouldBe("done");
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task WebSocket_OtherRoutesChange_GoesOn(int version)
    {
        await using var backend = await EchoAsync("http");
        await using var router = await TestRouter.StartAsync();
        router.Route("app.localhost", backend.Url);
        using var socket = await OpenAsync(router, version);
        for (var i = 0; i < 300; i++)
        {
            router.Route($"other{i % 50}.localhost", "http://127.0.0.1:1");
            router.Route("app.localhost", "http://127.0.0.1:1", path: $"/p{i}");
            if (i % 3 == 0) router.Remove(new RouteKey($"other{i % 50}.localhost", "/"));
            if (i % 10 == 0) (await TalkAsync(socket, $"{i}")).ShouldBe($"{i}");
        }

        // Even the change of its own route leaves what is already under way.
        router.Remove(new RouteKey("app.localhost", "/"));
        (await TalkAsync(socket, "still")).ShouldBe("still");
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task WebSocket_BackendRefuses_PassesTheAnswerOn(int version)
    {
        using var backend = ScriptedBackend.Answering("HTTP/1.1 401 Unauthorized\r\nContent-Length: 2\r\nX-Why: none\r\n\r\nno");
        await using var router = await TestRouter.StartAsync();
        router.Route("app.localhost", backend.Url);
        var refused = await Should.ThrowAsync<WebSocketException>(OpenAsync(router, version));
        refused.Message.ShouldContain("401");
    }

    [Fact]
    public async Task WebSocket_Http2BackendForgesTheKey_IsAnError()
    {
        using var backend = ScriptedBackend.Answering("HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Accept: forged\r\n\r\n");
        await using var router = await TestRouter.StartAsync();
        router.Route("app.localhost", backend.Url);
        (await Should.ThrowAsync<WebSocketException>(OpenAsync(router, 2))).Message.ShouldContain("502");
    }

    /// <summary>On HTTP/2 a success passed on would say that the tunnel is there; the server under us made a bare 500 of it.</summary>
    [Theory]
    [InlineData(nameof(ForwarderKind.Lane))]
    [InlineData(nameof(ForwarderKind.General))]
    public async Task WebSocket_Http2BackendIgnoresTheUpgrade_IsBadGateway(string forwarder)
    {
        using var backend = ScriptedBackend.Answering("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi");
        await using var router = await TestRouter.StartAsync(new RouterOptions { Forwarder = Enum.Parse<ForwarderKind>(forwarder) });
        router.Route("app.localhost", backend.Url);
        (await Should.ThrowAsync<WebSocketException>(OpenAsync(router, 2))).Message.ShouldContain("502");
    }

    [Fact]
    public async Task WebSocket_BackendDies_EndsAtTheClient()
    {
        using var backend = new ScriptedBackend(async wire =>
        {
            var head = await wire.ReadHeadAsync();
            var key = head.Split("Sec-WebSocket-Key: ")[1].Split("\r\n")[0];
            await wire.SendAsync($"HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Protocol: echo\r\nSec-WebSocket-Accept: {Signalbox.Proxy.Forwarding.WebSocketKey.Accept(key)}\r\n\r\n");
            await wire.ReadToAsync("\u0081");
            wire.Reset();
        });
        await using var router = await TestRouter.StartAsync();
        router.Route("app.localhost", backend.Url);
        foreach (var version in new[] { 1, 2 })
        {
            using var socket = await OpenAsync(router, version);
            await socket.SendAsync("x"u8.ToArray(), WebSocketMessageType.Text, true, Cancellation);
            await Should.ThrowAsync<WebSocketException>(socket.ReceiveAsync(new byte[10], Cancellation));
        }
    }

    [Fact]
    public async Task Upgrade_AnyProtocol_IsRawBothWays()
    {
        using var backend = new ScriptedBackend(async wire =>
        {
            var head = await wire.ReadHeadAsync();
            head.ShouldContain("Connection: Upgrade\r\n");
            head.ShouldContain("Upgrade: chat/2\r\n");
            await wire.SendAsync("HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: chat/2\r\nX-Extra: 1\r\n\r\nhello\n");
            await wire.SendAsync("echo " + await wire.ReadToAsync("\n"));
            // The client ends its side; what it is still owed comes after that.
            (await wire.ReadToEndAsync()).ShouldBe("last\n");
            await wire.SendAsync("bye\n");
        });
        await using var router = await TestRouter.StartAsync();
        router.Route("app.localhost", backend.Url);
        using var wire = await router.ConnectAsync();
        await wire.SendAsync("GET /chat HTTP/1.1\r\nHost: app.localhost\r\nConnection: Upgrade\r\nUpgrade: chat/2\r\n\r\n");
        var head = await wire.ReadHeadAsync();
        head.ShouldStartWith("HTTP/1.1 101 ");
        head.ShouldContain("Upgrade: chat/2\r\n");
        head.ShouldContain("X-Extra: 1\r\n");
        (await wire.ReadToAsync("\n")).ShouldBe("hello\n");
        await wire.SendAsync("\u0000\u00ff anything\n");
        (await wire.ReadToAsync("\n")).ShouldBe("echo \u0000\u00ff anything\n");
        await wire.SendAsync("last\n");
        wire.EndSending();
        (await wire.ReadToEndAsync()).ShouldBe("bye\n");
    }

    /// <summary>The client was never told: it had got the backend's last words, and waited for the end of its connection for ever.</summary>
    [Fact]
    public async Task Upgrade_BackendEnds_EndsAtTheClient()
    {
        using var backend = new ScriptedBackend(async wire =>
        {
            await wire.ReadHeadAsync();
            await wire.SendAsync("HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: chat/2\r\n\r\n");
            await wire.ReadToAsync("ping");
            await wire.SendAsync("pong");
        });
        await using var router = await TestRouter.StartAsync();
        router.Route("app.localhost", backend.Url);
        using var wire = await router.ConnectAsync();
        await wire.SendAsync("GET /chat HTTP/1.1\r\nHost: app.localhost\r\nConnection: Upgrade\r\nUpgrade: chat/2\r\n\r\n");
        (await wire.ReadHeadAsync()).ShouldStartWith("HTTP/1.1 101 ");
        await wire.SendAsync("ping");
        (await wire.ReadToEndAsync()).ShouldBe("pong");
    }

    /// <summary>It ended both directions: whatever the client still said was lost.</summary>
    [Fact]
    public async Task Upgrade_BackendEndsItsSide_WhatTheClientStillSaysArrives()
    {
        var heard = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
        using var backend = new ScriptedBackend(async wire =>
        {
            await wire.ReadHeadAsync();
            await wire.SendAsync("HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: chat/2\r\n\r\nbye");
            wire.EndSending();
            heard.SetResult(await wire.ReadToEndAsync());
        });
        await using var router = await TestRouter.StartAsync();
        router.Route("app.localhost", backend.Url);
        using var wire = await router.ConnectAsync();
        await wire.SendAsync("GET /chat HTTP/1.1\r\nHost: app.localhost\r\nConnection: Upgrade\r\nUpgrade: chat/2\r\n\r\n");
        (await wire.ReadHeadAsync()).ShouldStartWith("HTTP/1.1 101 ");
        (await wire.ReadToEndAsync()).ShouldBe("bye");
        // The framework's sockets end both directions at once, and then so does the tunnel.
        var goesOn = TestTransport.Kind == TransportKind.Epoll;
        if (goesOn)
        {
            await wire.SendAsync("last ");
            await wire.SendAsync("words");
            wire.EndSending();
        }

        (await heard.Task.WaitAsync(TestRouter.Patience)).ShouldBe(goesOn ? "last words" : "");
    }

    [Fact]
    public async Task Upgrade_ClientTalksBeforeItIsAnswered_NothingIsLost()
    {
        using var backend = new ScriptedBackend(async wire =>
        {
            await wire.ReadHeadAsync();
            await wire.SendAsync("HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: chat/2\r\n\r\n");
            await wire.SendAsync("heard " + await wire.ReadToEndAsync());
        });
        await using var router = await TestRouter.StartAsync();
        router.Route("app.localhost", backend.Url);
        using var wire = await router.ConnectAsync();
        // More than one read of the router's, in one piece with the request.
        var early = new string('x', 20_000);
        await wire.SendAsync("GET /chat HTTP/1.1\r\nHost: app.localhost\r\nConnection: Upgrade\r\nUpgrade: chat/2\r\n\r\n" + early);
        (await wire.ReadHeadAsync()).ShouldStartWith("HTTP/1.1 101 ");
        await wire.SendAsync(" late");
        wire.EndSending();
        (await wire.ReadToEndAsync()).ShouldBe($"heard {early} late");
    }

    [Fact]
    public async Task Upgrade_ToHttp2InClear_IsAnOrdinaryRequest()
    {
        using var backend = new ScriptedBackend(async wire =>
        {
            (await wire.ReadHeadAsync()).ShouldNotContain("Upgrade");
            await wire.SendAsync("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi");
        });
        await using var router = await TestRouter.StartAsync();
        router.Route("app.localhost", backend.Url);
        using var wire = await router.ConnectAsync();
        await wire.SendAsync("GET / HTTP/1.1\r\nHost: app.localhost\r\nConnection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQAAP__\r\n\r\n");
        (await wire.ReadHeadAsync()).ShouldStartWith("HTTP/1.1 200 ");
        (await wire.ReadToAsync("hi")).ShouldBe("hi");
    }

    private static Task<WebBackend> EchoAsync(string scheme) => WebBackend.StartAsync(scheme, async context =>
    {
        using var socket = await context.WebSockets.AcceptWebSocketAsync("echo");
        var buffer = new byte[1000];
        while (true)
        {
            var received = await socket.ReceiveAsync(buffer, CancellationToken.None);
            if (received.MessageType == WebSocketMessageType.Close)
            {
                await socket.CloseAsync(received.CloseStatus!.Value, received.CloseStatusDescription, CancellationToken.None);
                return;
            }

            await socket.SendAsync(buffer.AsMemory(0, received.Count), received.MessageType, received.EndOfMessage, CancellationToken.None);
        }
    });

    private static async Task<ClientWebSocket> OpenAsync(TestRouter router, int version)
    {
        var socket = new ClientWebSocket();
        socket.Options.HttpVersion = version == 1 ? HttpVersion.Version11 : HttpVersion.Version20;
        socket.Options.HttpVersionPolicy = HttpVersionPolicy.RequestVersionExact;
        socket.Options.AddSubProtocol("echo");
        var client = TestRouter.NewInvoker();
        await socket.ConnectAsync(new Uri($"wss://app.localhost:{router.HttpsPort}/socket"), client, Cancellation);
        return socket;
    }

    private static async Task<string> TalkAsync(ClientWebSocket socket, string text)
    {
        await socket.SendAsync(Encoding.UTF8.GetBytes(text), WebSocketMessageType.Text, true, Cancellation);
        var buffer = new byte[1000];
        var received = await socket.ReceiveAsync(buffer, Cancellation);
        return Encoding.UTF8.GetString(buffer, 0, received.Count);
    }
}
