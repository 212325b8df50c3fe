using System.Globalization;
using System.Net.WebSockets;
using System.Text;
using Signalbox.EndToEnd.Support;
using Signalbox.Model.Wire;

namespace Signalbox.EndToEnd.Streams;

/// <summary>Open streams survive every change that does not concern them.</summary>
[Collection(Heavy.Name)]
public sealed class WebSocketTests
{
    private const int Sockets = 2_000;
    private const int Changes = 1_000;

    /// <summary>Handshakes and changes in flight at once; more would only queue up on two processors.</summary>
    private const int AtOnce = 16;

    [Fact]
    public async Task WebSockets_TwoThousandOpenThroughAThousandChanges_NoneCutAndNoMessageLost()
    {
        await using var home = new Home();
        await using var backend = await EchoBackend.StartAsync("sockets");
        await home.UpAsync();
        await home.Admin.AddLiveAsync("sockets.localhost", backend.Target);
        using var client = home.Client();
        var sockets = new ClientWebSocket[Sockets];
        await Parallel.ForAsync(0, Sockets, new ParallelOptions { MaxDegreeOfParallelism = AtOnce }, async (i, _) => sockets[i] = await client.OpenWebSocketAsync("sockets.localhost", "/ws"));

        var changes = ChangeAsync(home, backend.Target);
        var waves = 0;
        // Each wave sends a numbered message on every socket and waits for the other side's numbered answer on each.
        while (!changes.IsCompleted) await WaveAsync(sockets, waves++);
        await changes;
        await WaveAsync(sockets, waves++);

        waves.ShouldBeGreaterThan(1);
        sockets.ShouldAllBe(socket => socket.State == WebSocketState.Open);
        (await home.Admin.StatusAsync()).Routes.Live.ShouldBe(1);
        foreach (var socket in sockets) socket.Dispose();
    }

    /// <summary>Adds and removes other names, at the same backend: half of the changes each.</summary>
    private static Task ChangeAsync(Home home, string target) =>
        Parallel.ForAsync(0, Changes / 2, new ParallelOptions { MaxDegreeOfParallelism = AtOnce }, async (i, _) =>
        {
            await home.Admin.AddLiveAsync($"other{i}.localhost", target);
            ((int)await home.Admin.RemoveAsync($"other{i}.localhost")).ShouldBe(204);
        });

    private static Task WaveAsync(ClientWebSocket[] sockets, int number) => Task.WhenAll(sockets.Select(async (socket, index) =>
    {
        using var limit = new CancellationTokenSource(Wait.Limit);
        var message = string.Create(CultureInfo.InvariantCulture, $"{index}/{number}");
        await socket.SendAsync(Encoding.UTF8.GetBytes(message), WebSocketMessageType.Text, true, limit.Token);
        var buffer = new byte[64];
        var received = await socket.ReceiveAsync(buffer, limit.Token);
        Encoding.UTF8.GetString(buffer, 0, received.Count).ShouldBe($"{number}:{message}");
    }));
}
