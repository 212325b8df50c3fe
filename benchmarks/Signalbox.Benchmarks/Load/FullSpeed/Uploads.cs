using System.Diagnostics;
using System.Text;
using Signalbox.Benchmarks.Frame;

namespace Signalbox.Benchmarks.Load.FullSpeed;

/// <summary>One large upload after the other on one kept connection.</summary>
internal static class Uploads
{
    /// <summary>Of one upload.</summary>
    public const int Bytes = 100_000_000;

    /// <summary>At once into the socket; divides <see cref="Bytes"/>.</summary>
    private const int Piece = 250_000;

    public static Task<LoadResult> RunAsync(int port, string host, bool secure, TimeSpan time) =>
        Task.Factory.StartNew(() => Run(port, host, secure, time), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    private static LoadResult Run(int port, string host, bool secure, TimeSpan time)
    {
        using var context = secure ? new TlsContext() : null;
        using var connection = new BlockingConnection(port, context, host);
        var head = Encoding.ASCII.GetBytes($"POST /upload HTTP/1.1\r\nHost: {host}\r\nContent-Type: application/octet-stream\r\nContent-Length: {Bytes}\r\n\r\n");
        var piece = new byte[Piece];
        var buffer = new byte[4096];
        var done = 0;
        var began = Stopwatch.GetTimestamp();
        do
        {
            connection.Send(head);
            for (var sent = 0; sent < Bytes; sent += Piece) connection.Send(piece);
            if (!connection.ReadAnswer(buffer)) return new LoadResult(done, 1, Stopwatch.GetElapsedTime(began));
            done++;
        }
        while (Stopwatch.GetElapsedTime(began) < time);

        return new LoadResult(done, 0, Stopwatch.GetElapsedTime(began), Bytes: (long)done * Bytes);
    }
}
