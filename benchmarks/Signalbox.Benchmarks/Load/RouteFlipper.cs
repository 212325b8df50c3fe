using System.Diagnostics;
using System.Net.Sockets;
using Signalbox.Benchmarks.Contestants;
using Signalbox.Benchmarks.Load.FullSpeed;
using Signalbox.Benchmarks.Relay;

namespace Signalbox.Benchmarks.Load;

/// <summary>
/// Leads one host from one backend to the other and back, and watches as a client when that is seen. The client asks every fifth of a millisecond on a
/// thread of its own: asking without a pause kept one of two cores busy with nothing but itself, client, router and backend in turns, and held up what it
/// was to watch as well as everybody else's requests. What is seen is therefore up to that much later than it happened.
/// </summary>
internal sealed class RouteFlipper(Contestant router, string host, Echo first, Echo second) : IDisposable
{
    /// <summary>Between two changes.</summary>
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);

    /// <summary>Between an answer and the next question.</summary>
    private static readonly TimeSpan Step = TimeSpan.FromMicroseconds(200);

    /// <summary>A change that takes longer than <see cref="Eager"/> is asked for once in this: near enough then.</summary>
    private static readonly TimeSpan LongStep = TimeSpan.FromMilliseconds(1);
    private static readonly TimeSpan Eager = TimeSpan.FromMilliseconds(20);

    private readonly byte[] _request = HttpConnection.Request(host);
    private readonly byte[] _answer = new byte[16 * 1024];
    private BlockingConnection? _connection;
    private bool _flipped;

    /// <summary>From the wish to the first answer that obeys it.</summary>
    public Latencies Seen { get; private set; } = new();

    /// <summary>From the wish to the router's own word that it is done.</summary>
    public Latencies Confirmed { get; private set; } = new();

    /// <summary>What was measured so far was the warm-up. Not while it runs.</summary>
    public void Forget() => (Seen, Confirmed) = (new Latencies(), new Latencies());

    /// <summary>Changes until it is told to end, but at least one, and the one that is under way to its end.</summary>
    public Task RunAsync(CancellationToken end) => Task.Factory.StartNew(() => Run(end), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    public void Dispose() => _connection?.Dispose();

    private void Run(CancellationToken end)
    {
        Sys.AskForShortSlices();
        do
        {
            One();
            Thread.Sleep(Pause);
        }
        while (!end.IsCancellationRequested);
    }

    private void One()
    {
        _flipped = !_flipped;
        var to = _flipped ? second : first;
        var began = Stopwatch.GetTimestamp();
        // On another thread: some routers' wish is a config of many megabytes that must first be written.
        var asked = Task.Run(() => AskAsync(to, began));
        while (!LeadsTo(to))
        {
            if (asked.IsFaulted) break;
            Sys.Sleep(Stopwatch.GetElapsedTime(began) < Eager ? Step : LongStep);
        }

        if (!asked.IsFaulted) Seen.AddSince(began);
        asked.GetAwaiter().GetResult();
    }

    private async Task AskAsync(Echo backend, long began)
    {
        await router.ChangeRouteAsync(host, backend.Port);
        Confirmed.AddSince(began);
    }

    private bool LeadsTo(Echo backend)
    {
        try
        {
            _connection ??= new BlockingConnection(router.HttpPort, null, host);
            _connection.Send(_request);
            var answer = _connection.ReadWhole(_answer);
            if (answer.IsEmpty) throw new IOException("The router closed the connection.");
            return answer.StartsWith("HTTP/1.1 200"u8) && answer.EndsWith(backend.Body);
        }
        catch (Exception e) when (e is IOException or SocketException)
        {
            // Routers that reload close the connections of the worker before: a browser opens another.
            _connection?.Dispose();
            _connection = null;
            return false;
        }
    }
}
