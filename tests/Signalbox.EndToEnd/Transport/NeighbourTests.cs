using System.Net.Sockets;
using Signalbox.EndToEnd.Support;

namespace Signalbox.EndToEnd.Transport;

/// <summary>What one client does, however oddly, is no other's concern, not even on the same event loop.</summary>
[Collection(Heavy.Name)]
public sealed class NeighbourTests
{
    private const string OneLoop = "eventLoops: 1\n";

    [Fact]
    public async Task SlowReader_OnTheSameLoop_DisturbsNobodyAndGetsItAll()
    {
        await using var site = await PlainSite.StartAsync(OneLoop);
        using var slow = await RawConnection.ConnectAsync(site.Home.HttpPort, prepare: socket => socket.ReceiveBufferSize = 4096);
        const int answers = 10;
        for (var i = 0; i < answers; i++) await slow.SendAsync(RawConnection.Request(PlainSite.Name, "/big"));
        await OthersAsync(site, 100);
        for (var i = 0; i < answers; i++) (await slow.ReadAnswerAsync()).Length.ShouldBe(RawBackend.BigBytes);
    }

    [Fact]
    public async Task UploadByteByByte_OnTheSameLoop_DisturbsNobodyAndArrivesWhole()
    {
        const int bytes = 1024 * 1024;
        await using var site = await PlainSite.StartAsync(OneLoop);
        using var client = await site.ConnectAsync();
        await client.SendAsync(RawConnection.Request(PlainSite.Name, method: "POST", fields: $"Content-Length: {bytes}\r\n"));
        var trickling = Task.Run(() =>
        {
            for (var i = 0; i < bytes; i++) client.Socket.Send("x"u8);
        });
        while (!trickling.IsCompleted) await OthersAsync(site, 20);
        await trickling;
        (await client.ReadAnswerAsync()).ShouldBe($"ok {bytes}");
    }

    [Fact]
    public async Task HandshakesInAStorm_PlainRequestsAreAllAnswered()
    {
        const int handshakes = 200;
        await using var site = await PlainSite.StartAsync(OneLoop);
        var storm = Task.WhenAll(Enumerable.Range(0, handshakes).Select(_ => Task.Run(async () =>
        {
            using var client = await RawConnection.ConnectAsync(site.Home.HttpsPort);
            await using var tls = await site.HandshakeAsync(client);
        })));
        do await OthersAsync(site, 20);
        while (!storm.IsCompleted);
        await storm;
        await site.LoopsNeverStoodAsync();
    }

    [Fact]
    public async Task Backend_KilledInTheAnswer_TheClientSeesACutAndNoEnd()
    {
        await using var home = new Home();
        await home.UpAsync();
        var port = PortPool.Take();
        var backend = home.Start(DevServer.Python, [Product.TestFile("half-server.py"), $"{port}"]);
        await backend.LineAsync("that it listens", line => line.Contains("listening", StringComparison.Ordinal));
        await PlainSite.AddAsync(home, $"http://127.0.0.1:{port}");
        foreach (var path in new[] { "/length", "/chunked" })
        {
            using var client = await RawConnection.ConnectAsync(home.HttpPort);
            await client.SendAsync(RawConnection.Request(PlainSite.Name, path));
            await client.ReadToAsync("half");
            await backend.Kill9Async();
            // An orderly end would do for an answer with a length; one of chunks must lack its last.
            (await RestAsync(client)).ShouldBeOneOf("", "\r\n");
            backend = home.Start(DevServer.Python, [Product.TestFile("half-server.py"), $"{port}"]);
            await backend.LineAsync("that it listens", line => line.Contains("listening", StringComparison.Ordinal));
        }
    }

    /// <summary>One after the other, on a connection of their own.</summary>
    private static async Task OthersAsync(PlainSite site, int requests)
    {
        using var other = await site.ConnectAsync();
        for (var i = 0; i < requests; i++) (await other.GetAsync(PlainSite.Name)).ShouldBe("ok 0");
    }

    private static async Task<string> RestAsync(RawConnection client)
    {
        try
        {
            return await client.ReadToEndAsync();
        }
        catch (SocketException)
        {
            return "";
        }
    }
}
