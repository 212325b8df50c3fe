using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Signalbox.Benchmarks.Load;

/// <summary>An upload that is still under way while other things happen: a piece at a time, and its end only when it is asked for.</summary>
internal sealed class SlowUpload : IDisposable
{
    private const int Piece = 1024;

    /// <summary>As long as the longest run needs at one piece in 20 ms; what is left is sent at its end.</summary>
    private const int Pieces = 16 * 1024;

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);

    private readonly Socket _socket;

    private SlowUpload(Socket socket) => _socket = socket;

    public static async Task<SlowUpload> OpenAsync(IPEndPoint router, string host)
    {
        var upload = new SlowUpload(await ClientSocket.ConnectAsync(router));
        await upload._socket.SendAsync(Encoding.ASCII.GetBytes($"POST /upload HTTP/1.1\r\nHost: {host}\r\nContent-Length: {Piece * Pieces}\r\n\r\n"));
        return upload;
    }

    /// <summary>Sends slowly until it is told to end, then the rest, and checks that the backend counted every byte; <see cref="IOException"/> when it did not.</summary>
    public async Task SendAsync(CancellationToken end)
    {
        var piece = new byte[Piece];
        using var tick = new PeriodicTimer(Pause);
        for (var sent = 0; sent < Pieces; sent++)
        {
            for (var left = piece.AsMemory(); left.Length > 0;) left = left[await _socket.SendAsync(left, CancellationToken.None)..];
            if (!end.IsCancellationRequested) await tick.WaitForNextTickAsync(CancellationToken.None);
        }

        var (answer, filled) = (new byte[4096], 0);
        var wanted = Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"\r\n\r\n{Piece * Pieces}"));
        while (!answer.AsSpan(0, filled).EndsWith(wanted))
        {
            var received = await _socket.ReceiveAsync(answer.AsMemory(filled), CancellationToken.None);
            if (received == 0) throw new IOException("The upload was cut.");
            filled += received;
        }
    }

    public void Dispose() => _socket.Dispose();
}
