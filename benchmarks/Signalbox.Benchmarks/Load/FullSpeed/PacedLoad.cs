using System.Diagnostics;
using System.Text;
using Signalbox.Benchmarks.Frame;
using Signalbox.Benchmarks.Relay;

namespace Signalbox.Benchmarks.Load.FullSpeed;

/// <summary>
/// Plain requests at a constant high rate from one event loop. A request's time runs from when it was due, not from when a connection was free to send it:
/// a router that stops for a while pays for every request that was due meanwhile.
/// </summary>
internal sealed class PacedLoad
{
    /// <summary>As many as the other loads have.</summary>
    private const int Connections = 64;

    private const int MostDescriptors = 65_536;

    private readonly int _poll = Sys.NewPoll();
    private readonly Queue<int> _free = new();
    private readonly long[] _due = new long[MostDescriptors];
    private readonly List<long> _times = [];
    private readonly byte[] _request;
    private readonly byte[] _answer = new byte[16 * 1024];
    private int _failed;

    private PacedLoad(int port, string host)
    {
        _request = Encoding.ASCII.GetBytes($"GET / HTTP/1.1\r\nHost: {host}\r\n\r\n");
        for (var i = 0; i < Connections; i++)
        {
            var connection = Sys.Connect(port);
            Sys.Watch(_poll, connection);
            _free.Enqueue(connection);
        }
    }

    /// <param name="port">On 127.0.0.1.</param>
    /// <param name="host">Asked for over and over.</param>
    /// <param name="rate">Requests a second.</param>
    /// <param name="time">How long.</param>
    public static Task<LoadResult> RunAsync(int port, string host, double rate, TimeSpan time) =>
        Task.Factory.StartNew(() => new PacedLoad(port, host).Run(rate, time), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    private LoadResult Run(double rate, TimeSpan time)
    {
        var gap = Stopwatch.Frequency / rate;
        var events = new PollEvents(Connections);
        var all = (long)(rate * time.TotalSeconds);
        var began = Stopwatch.GetTimestamp();
        // Twice the time is the end for a router that does not keep up at all; what it did not answer has then failed.
        for (long sent = 0; _times.Count + _failed < all && Stopwatch.GetElapsedTime(began) < 2 * time;)
        {
            for (; sent < all && began + (long)(sent * gap) <= Stopwatch.GetTimestamp() && _free.TryDequeue(out var connection); sent++)
            {
                _due[connection] = began + (long)(sent * gap);
                if (!Sys.Send(connection, _request)) _failed++;
            }

            var next = began + (long)(sent * gap) - Stopwatch.GetTimestamp();
            // Nothing free, or nothing more to send: only an answer ends the waiting, or a look at the clock.
            var wait = sent == all || _free.Count == 0 ? TimeSpan.FromMilliseconds(10) : TimeSpan.FromSeconds(Math.Max(0, next) / (double)Stopwatch.Frequency);
            var count = Sys.Wait(_poll, events, wait);
            for (var i = 0; i < count; i++) Read(events[i]);
        }

        var took = Stopwatch.GetElapsedTime(began);
        foreach (var connection in _free) Sys.Close(connection);
        Sys.Close(_poll);
        _times.Sort();
        return new LoadResult(_times.Count, all - _times.Count, took, At(0.50), At(0.99));
    }

    /// <summary>An answer of the load comes in one piece: it is far smaller than what a socket passes on at once.</summary>
    private void Read(int connection)
    {
        var received = Sys.Receive(connection, _answer);
        if (received < 0) return;
        var answer = _answer.AsSpan(0, received);
        if (answer.StartsWith("HTTP/1.1 200"u8) && MessageEnd.IsAt(answer, answer: true))
        {
            _times.Add(Stopwatch.GetTimestamp() - _due[connection]);
            _free.Enqueue(connection);
        }
        else
        {
            _failed++;
            Sys.Close(connection);
        }
    }

    private TimeSpan? At(double share) => _times.Count == 0 ? null : TimeSpan.FromSeconds(_times[Math.Max(0, (int)Math.Ceiling(share * _times.Count) - 1)] / (double)Stopwatch.Frequency);
}
