using System.Net;
using System.Net.Sockets;

namespace Signalbox.Benchmarks.Load;

/// <summary>
/// Streams of every kind that stay open while routes change: WebSockets that pass numbered messages, a stream of numbered events, an upload. What
/// it counts is how many were cut or lost a message.
/// </summary>
internal sealed class OpenStreams : IDisposable
{
    private readonly List<WebSocketConnection> _sockets = [];
    private EventStream? _events;
    private SlowUpload? _upload;
    private long _messages;

    /// <summary>Streams there are.</summary>
    public int Count => _sockets.Count + 2;

    /// <summary>Messages and events that arrived in order.</summary>
    public long Messages => Volatile.Read(ref _messages) + (_events?.Received ?? 0);

    public static async Task<OpenStreams> OpenAsync(IPEndPoint router, string host, int webSockets)
    {
        var streams = new OpenStreams();
        try
        {
            for (var i = 0; i < webSockets; i++) streams._sockets.Add(await WebSocketConnection.OpenAsync(router, host));
            streams._events = await EventStream.OpenAsync(router, host);
            streams._upload = await SlowUpload.OpenAsync(router, host);
            return streams;
        }
        catch
        {
            streams.Dispose();
            throw;
        }
    }

    /// <summary>Uses all of them until it is told to end. The result tells, for each that did not stay whole, what happened to it.</summary>
    public async Task<IReadOnlyList<string>> UseAsync(CancellationToken end)
    {
        List<Task> uses = [.. _sockets.Select(socket => TalkAsync(socket, end)), _events!.ReadAsync(end), _upload!.SendAsync(end)];
        var lost = new List<string>();
        foreach (var use in uses)
        {
            try
            {
                await use;
            }
            catch (Exception e) when (e is IOException or SocketException)
            {
                lost.Add(e.Message);
            }
        }

        return lost;
    }

    public void Dispose()
    {
        foreach (var socket in _sockets) socket.Dispose();
        _events?.Dispose();
        _upload?.Dispose();
    }

    private async Task TalkAsync(WebSocketConnection socket, CancellationToken end)
    {
        // Enough messages that one is always near the moment of a change, few enough that the change is not slowed.
        using var tick = new PeriodicTimer(TimeSpan.FromMilliseconds(10));
        for (long number = 0; !end.IsCancellationRequested; number++)
        {
            await socket.EchoAsync(number, CancellationToken.None);
            Interlocked.Increment(ref _messages);
            await tick.WaitForNextTickAsync(CancellationToken.None);
        }
    }
}
