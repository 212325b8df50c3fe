using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.RegularExpressions;

namespace Signalbox.Benchmarks.Load;

/// <summary>A client of a stream of numbered events, which notices each one that is missing.</summary>
internal sealed partial class EventStream : IDisposable
{
    private readonly Socket _socket;
    private readonly StringBuilder _unread = new();

    private EventStream(Socket socket) => _socket = socket;

    /// <summary>Events that came, each the successor of the one before.</summary>
    public long Received { get; private set; }

    public static async Task<EventStream> OpenAsync(IPEndPoint router, string host)
    {
        var stream = new EventStream(await ClientSocket.ConnectAsync(router));
        await stream._socket.SendAsync(HttpConnection.Request(host, path: "/events"));
        return stream;
    }

    /// <summary>Reads until it is told to end; <see cref="IOException"/> when the stream was cut or an event is missing.</summary>
    public async Task ReadAsync(CancellationToken end)
    {
        var buffer = new byte[4096];
        while (!end.IsCancellationRequested)
        {
            int received;
            try
            {
                received = await _socket.ReceiveAsync(buffer, end);
            }
            catch (OperationCanceledException)
            {
                return;
            }

            if (received == 0) throw new IOException("The stream of events was cut.");
            _unread.Append(Encoding.ASCII.GetString(buffer, 0, received));
            var text = _unread.ToString();
            var read = 0;
            foreach (Match match in Event().Matches(text))
            {
                if (long.Parse(match.ValueSpan["data: ".Length..^2], System.Globalization.CultureInfo.InvariantCulture) != Received) throw new IOException($"Event {Received} is missing.");
                Received++;
                read = match.Index + match.Length;
            }

            _unread.Remove(0, read);
        }
    }

    public void Dispose() => _socket.Dispose();

    [GeneratedRegex(@"data: \d+\n\n")]
    private static partial Regex Event();
}
