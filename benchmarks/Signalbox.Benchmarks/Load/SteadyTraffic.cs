using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using Signalbox.Benchmarks.Load.FullSpeed;
using Signalbox.Benchmarks.Relay;

namespace Signalbox.Benchmarks.Load;

/// <summary>
/// Requests at a constant rate, whatever the router does meanwhile. Each due request goes out at once on a free connection and its time runs from there.
/// When none is free, because the router has not answered the ones before, it waits and its time runs from when it was due: what a stop of the router
/// costs is then counted once for every request it held up and not just for the one that met it.
/// <para>
/// All of it is one thread's work, one epoll instance and the kernel's timer. With the framework's sockets and timers each answer would pass two more
/// threads of the bench before its time is taken, each of which waits for a core on a busy machine: what was measured would be the bench in good part.
/// For the same reason the thread asks the scheduler for short slices, as a player of sound does.
/// </para>
/// </summary>
internal sealed class SteadyTraffic(IPEndPoint router, IReadOnlyList<string> hosts, int rate) : IDisposable
{
    /// <summary>Far more than a router that answers within a millisecond has in use at these rates.</summary>
    private const int Connections = 32;

    /// <summary>What has not been answered so long after the last request was sent has failed.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly byte[][] _requests = [.. hosts.Select(host => HttpConnection.Request(host))];
    private readonly PollEvents _events = new(Connections);
    private readonly int _poll = Sys.NewPoll();
    private readonly Dictionary<int, SteadyConnection> _open = [];

    /// <summary>The one used last comes first: its memory and the router's are warm.</summary>
    private readonly Stack<SteadyConnection> _free = new();
    private int _next;

    private Latencies _times = new();
    private int _failed;
    private string? _firstFault;

    /// <summary>What became of the first request of the run that failed; null when none did.</summary>
    public string? FirstFault => _firstFault;

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
    public Task<int> RunAsync(Latencies times, CancellationToken end) =>
        Task.Factory.StartNew(() => Run(times, end), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    /// <summary>Closes the connections, which stay open between runs.</summary>
    public void Dispose()
    {
        foreach (var descriptor in _open.Keys) Sys.Close(descriptor);
        Sys.Close(_poll);
    }

    private int Run(Latencies times, CancellationToken end)
    {
        Sys.AskForShortSlices();
        (_times, _failed, _firstFault) = (times, 0, null);
        while (_open.Count < Connections && Open())
        {
        }

        var (began, sent) = (Stopwatch.GetTimestamp(), 0L);
        var gap = Stopwatch.Frequency / (double)rate;
        while (!end.IsCancellationRequested)
        {
            for (var now = Stopwatch.GetTimestamp(); began + (long)(sent * gap) is var due && due <= now && _free.TryPop(out var connection); sent++) Send(connection, due, now);
            if (_free.Count == 0 && _open.Count < Connections && !Open()) Failed("no connection could be opened");
            var next = began + (long)(sent * gap) - Stopwatch.GetTimestamp();
            // With nothing free only an answer can bring something to do; that the end has come is seen soon enough.
            Wait(_free.Count == 0 ? TimeSpan.FromMilliseconds(10) : TimeSpan.FromSeconds(Math.Max(0, next) / (double)Stopwatch.Frequency));
        }

        for (var over = Stopwatch.GetTimestamp(); _open.Values.Any(connection => connection.IsUnderWay) && Stopwatch.GetElapsedTime(over) < Patience;) Wait(TimeSpan.FromMilliseconds(10));
        foreach (var late in _open.Values.Where(connection => connection.IsUnderWay).ToList()) Fail(late, string.Create(CultureInfo.InvariantCulture, $"no answer for {Patience.TotalSeconds} s"));
        return _failed;
    }

    /// <param name="connection">A free one.</param>
    /// <param name="due">When it was to be sent.</param>
    /// <param name="now">A connection has been free since before it was due when this is less than a gap later: the bench's own lateness is not the router's.</param>
    private void Send(SteadyConnection connection, long due, long now)
    {
        var waited = connection.FreeSince > due;
        connection.Began(waited ? due : now);
        if (!Sys.Send(connection.Descriptor, _requests[_next++ % _requests.Length])) Fail(connection, "it could not be sent");
    }

    private void Wait(TimeSpan most)
    {
        var count = Sys.Wait(_poll, _events, most);
        for (var i = 0; i < count; i++)
        {
            // One that was given up earlier in this very batch is no longer there.
            if (_open.TryGetValue(_events[i], out var connection)) Read(connection);
        }
    }

    private void Read(SteadyConnection connection)
    {
        var received = Sys.Receive(connection.Descriptor, connection.Room);
        if (received < 0) return;
        if (received == 0 || !connection.IsUnderWay)
        {
            Fail(connection, received == 0 ? "the connection was ended" : "an answer that nobody asked for");
            return;
        }

        connection.Received(received);
        if (!connection.IsWhole) return;
        var now = Stopwatch.GetTimestamp();
        if (connection.IsGood) _times.Add(now - connection.Since);
        else Failed(connection.Said);
        connection.Ended(now);
        _free.Push(connection);
    }

    /// <summary>Counts what was under way, and puts another connection in its place: a router that reloads closes idle ones, which fails nobody.</summary>
    private void Fail(SteadyConnection connection, string how)
    {
        if (connection.IsUnderWay) Failed(connection.Said.Length > 0 ? $"{how} after {connection.Said}" : how);
        Sys.Close(connection.Descriptor);
        _open.Remove(connection.Descriptor);
        if (!connection.IsUnderWay)
        {
            // Out of the middle of the free ones: it happens at a reload alone.
            var others = _free.Where(free => free != connection).Reverse().ToList();
            _free.Clear();
            others.ForEach(_free.Push);
        }

        Open();
    }

    private void Failed(string how)
    {
        _failed++;
        _firstFault ??= string.Create(CultureInfo.InvariantCulture, $"{how}, at {DateTime.UtcNow:HH:mm:ss} UTC");
    }

    /// <returns>False when the router takes none.</returns>
    private bool Open()
    {
        int descriptor;
        try
        {
            descriptor = Sys.Connect(router.Port);
        }
        catch (Win32Exception)
        {
            return false;
        }

        var connection = new SteadyConnection(descriptor) { FreeSince = Stopwatch.GetTimestamp() };
        Sys.Watch(_poll, descriptor);
        _open.Add(descriptor, connection);
        _free.Push(connection);
        return true;
    }
}
