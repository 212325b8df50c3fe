using System.Diagnostics;
using System.Net.Sockets;
using System.Text;
using Signalbox.Benchmarks.Frame;

namespace Signalbox.Benchmarks.Load.FullSpeed;

/// <summary>A new TLS connection for each request, from a few threads, either always with a full handshake or always with the session of the one before.</summary>
internal static class Handshakes
{
    /// <summary>Connections at once: enough to keep both sides busy.</summary>
    private const int Threads = 8;

    /// <summary>Runs for a while and tells what was counted, and how many of the handshakes were resumed.</summary>
    public static async Task<(LoadResult Result, int Resumed)> RunAsync(int port, string host, bool resume, TimeSpan time)
    {
        using var context = new TlsContext();
        var began = Stopwatch.GetTimestamp();
        var tallies = await Task.WhenAll(Enumerable.Range(0, Threads).Select(_ => Task.Factory.StartNew(
            () => Run(context, port, host, resume, began, time), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default)));
        var took = Stopwatch.GetElapsedTime(began);
        var times = new Latencies();
        foreach (var ticks in tallies.SelectMany(tally => tally.Times)) times.Add(ticks);
        var result = new LoadResult(times.Count, tallies.Sum(tally => tally.Failed), took, TimeSpan.FromMilliseconds(times.P50), TimeSpan.FromMilliseconds(times.P99));
        return (result, tallies.Sum(tally => tally.Resumed));
    }

    private static Tally Run(TlsContext context, int port, string host, bool resume, long began, TimeSpan time)
    {
        var request = Encoding.ASCII.GetBytes($"GET / HTTP/1.1\r\nHost: {host}\r\n\r\n");
        var buffer = new byte[4096];
        var tally = new Tally();
        nint session = 0;
        while (Stopwatch.GetElapsedTime(began) < time)
        {
            var asked = Stopwatch.GetTimestamp();
            try
            {
                using var connection = new BlockingConnection(port, context, host, session);
                connection.Send(request);
                if (connection.ReadAnswer(buffer)) tally.Times.Add(Stopwatch.GetTimestamp() - asked);
                else tally.Failed++;
                if (connection.IsResumed) tally.Resumed++;
                if (resume)
                {
                    if (session != 0) OpenSsl.SSL_SESSION_free(session);
                    session = connection.Session();
                }
            }
            catch (Exception e) when (e is IOException or SocketException)
            {
                tally.Failed++;
            }
        }

        if (session != 0) OpenSsl.SSL_SESSION_free(session);
        return tally;
    }

    private sealed class Tally
    {
        public List<long> Times { get; } = [];

        public int Failed { get; set; }

        public int Resumed { get; set; }
    }
}
