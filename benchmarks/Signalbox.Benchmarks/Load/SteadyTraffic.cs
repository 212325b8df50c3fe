using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace Signalbox.Benchmarks.Load;

/// <summary>
/// Requests at a constant rate, whatever the router does meanwhile. Each due request goes out at once on a free connection and its time runs from there.
/// When none is free, because the router has not answered the ones before, it waits and its time runs from when it was due: what a stop of the router
/// costs is then counted once for every request it held up and not just for the one that met it.
/// </summary>
internal sealed class SteadyTraffic(IPEndPoint router, IReadOnlyList<string> hosts, int rate) : IDisposable
{
    /// <summary>Far more than a router that answers within a millisecond has in use at these rates.</summary>
    private const int Connections = 32;

    private readonly ReadOnlyMemory<byte>[] _requests = [.. hosts.Select(host => (ReadOnlyMemory<byte>)HttpConnection.Request(host))];
    private readonly ConcurrentQueue<long> _due = new();
    private readonly ConcurrentStack<HttpConnection?> _free = new();
    private int _next;
    private int _under;

    private Latencies _times = new();
    private int _failed;

    /// <summary>Runs for a while; see <see cref="RunAsync"/>.</summary>
    public async Task<int> ForAsync(TimeSpan time, Latencies times)
    {
        using var end = new CancellationTokenSource(time);
        return await RunAsync(times, end.Token);
    }

    /// <summary>Runs until it is told to end, and then for the answers still awaited.</summary>
    /// <param name="times">Where the time of each request is added.</param>
    /// <param name="end">Nothing is asked any more from then on.</param>
    /// <returns>How many were not answered with 200: refused, cut off, or answered with something else.</returns>
    public async Task<int> RunAsync(Latencies times, CancellationToken end)
    {
        (_times, _failed) = (times, 0);
        while (_free.Count < Connections) _free.Push(null);
        var (began, sent) = (Stopwatch.GetTimestamp(), 0L);
        var gap = Stopwatch.Frequency / (double)rate;
        // A timer's finest step. What is due within one goes out together.
        using var tick = new PeriodicTimer(TimeSpan.FromMilliseconds(1));
        while (!end.IsCancellationRequested)
        {
            await tick.WaitForNextTickAsync(CancellationToken.None);
            for (var due = (long)((Stopwatch.GetTimestamp() - began) / gap); sent < due; sent++) Send(began + (long)(sent * gap));
        }

        while (Volatile.Read(ref _under) > 0) await tick.WaitForNextTickAsync(CancellationToken.None);
        return _failed;
    }

    /// <summary>Closes the connections, which stay open between runs.</summary>
    public void Dispose()
    {
        while (_free.TryPop(out var connection)) connection?.Dispose();
    }

    private void Send(long due)
    {
        Interlocked.Increment(ref _under);
        if (_free.TryPop(out var connection)) _ = ServeAsync(connection, Stopwatch.GetTimestamp());
        else
        {
            _due.Enqueue(due);
            // A connection may have become free between the look and the queueing; whoever frees the next one looks into the queue again.
            if (_free.TryPop(out connection)) Release(connection);
        }
    }

    private async Task ServeAsync(HttpConnection? connection, long began)
    {
        try
        {
            connection ??= await HttpConnection.OpenAsync(router);
            var request = _requests[(uint)Interlocked.Increment(ref _next) % _requests.Length];
            var answer = await connection.SendAsync(request);
            if (answer.Status == 200) _times.AddSince(began);
            else Interlocked.Increment(ref _failed);
        }
        catch (Exception e) when (e is IOException or SocketException)
        {
            // A router that reloads may close an idle connection as the next request is on its way; a browser would send that one again.
            connection?.Dispose();
            connection = null;
            Interlocked.Increment(ref _failed);
        }

        // In this order: who waits for the last one to end finds every connection free.
        Release(connection);
        Interlocked.Decrement(ref _under);
    }

    private void Release(HttpConnection? connection)
    {
        if (_due.TryDequeue(out var due))
        {
            _ = ServeAsync(connection, due);
            return;
        }

        _free.Push(connection);
        // The other half of the race in Send: something was queued after the look above, by someone who saw no free connection yet.
        if (!_due.IsEmpty && _free.TryPop(out connection)) Release(connection);
    }
}
