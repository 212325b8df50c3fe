using System.Diagnostics;
using System.Net;

namespace Signalbox.Benchmarks.Load;

/// <summary>Many open WebSockets.</summary>
internal sealed class WebSocketCrowd : IDisposable
{
    /// <summary>Opened at once: within every router's backlog (nginx: 511).</summary>
    private const int Opening = 64;

    private readonly WebSocketConnection[] _sockets;

    private WebSocketCrowd(WebSocketConnection[] sockets) => _sockets = sockets;

    public int Count => _sockets.Length;

    /// <summary>Opens them and has each pass one message there and back: an idle one is one that has been used.</summary>
    public static async Task<WebSocketCrowd> OpenAsync(IPEndPoint router, string host, int count, CancellationToken cancellation)
    {
        var sockets = new WebSocketConnection[count];
        try
        {
            await Parallel.ForAsync(0, count, new ParallelOptions { MaxDegreeOfParallelism = Opening, CancellationToken = cancellation }, async (i, stop) =>
            {
                sockets[i] = await WebSocketConnection.OpenAsync(router, host, stop);
                await sockets[i].EchoAsync(i, stop);
            });
            return new WebSocketCrowd(sockets);
        }
        catch
        {
            foreach (var socket in sockets) socket?.Dispose();
            throw;
        }
    }

    /// <summary>
    /// Passes messages over all of them in turn, as fast as they come back, with as many under way as there are speakers. The time of each, from its sending
    /// to its coming back, is added to <paramref name="times"/>.
    /// </summary>
    public Task ChatAsync(int speakers, Latencies times, CancellationToken end) => Task.WhenAll(Enumerable.Range(0, speakers).Select(speaker => Task.Run(
        async () =>
        {
            for (long number = 0; !end.IsCancellationRequested; number++)
            {
                for (var i = speaker; i < _sockets.Length && !end.IsCancellationRequested; i += speakers)
                {
                    var began = Stopwatch.GetTimestamp();
                    await _sockets[i].EchoAsync(number, CancellationToken.None);
                    times.AddSince(began);
                }
            }
        },
        CancellationToken.None)));

    /// <summary>How many are still whole: each passes one message more.</summary>
    public async Task<int> WholeAsync()
    {
        var whole = 0;
        await Parallel.ForAsync(0, _sockets.Length, new ParallelOptions { MaxDegreeOfParallelism = Opening }, async (i, stop) =>
        {
            try
            {
                await _sockets[i].EchoAsync(i, stop);
                Interlocked.Increment(ref whole);
            }
            catch (Exception e) when (e is IOException or System.Net.Sockets.SocketException)
            {
                // Cut: not counted.
            }
        });
        return whole;
    }

    public void Dispose()
    {
        foreach (var socket in _sockets) socket.Dispose();
    }
}
