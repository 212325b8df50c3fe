using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Signalbox.Benchmarks.Contestants;

namespace Signalbox.Benchmarks.Load;

/// <summary>Leads one host from one backend to the other and back, and watches as a client when that is seen.</summary>
internal sealed class RouteFlipper(Contestant router, string host, Echo first, Echo second) : IDisposable
{
    /// <summary>Between two changes.</summary>
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);

    /// <summary>
    /// A change that takes longer is asked for once a millisecond and no longer at once: the asking itself would use up the processor the change needs, and
    /// to the millisecond is near enough then.
    /// </summary>
    private static readonly TimeSpan Eager = TimeSpan.FromMilliseconds(5);

    private HttpConnection? _connection;
    private bool _flipped;

    /// <summary>From the wish to the first answer that obeys it.</summary>
    public Latencies Seen { get; } = new();

    /// <summary>From the wish to the router's own word that it is done.</summary>
    public Latencies Confirmed { get; } = new();

    /// <summary>Changes until it is told to end, but at least one, and the one that is under way to its end.</summary>
    public async Task RunAsync(CancellationToken end)
    {
        do
        {
            await OneAsync();
            await Task.Delay(Pause, CancellationToken.None);
        }
        while (!end.IsCancellationRequested);
    }

    public void Dispose() => _connection?.Dispose();

    private async Task OneAsync()
    {
        _flipped = !_flipped;
        var to = _flipped ? second : first;
        var began = Stopwatch.GetTimestamp();
        // On another thread: some routers' wish is a config of many megabytes that must first be written.
        var asked = Task.Run(() => AskAsync(to, began));
        using var tick = new PeriodicTimer(TimeSpan.FromMilliseconds(1));
        while (!await LeadsToAsync(to))
        {
            if (asked.IsFaulted) await asked;
            if (Stopwatch.GetElapsedTime(began) > Eager) await tick.WaitForNextTickAsync();
        }

        Seen.AddSince(began);
        await asked;
    }

    private async Task AskAsync(Echo backend, long began)
    {
        await router.ChangeRouteAsync(host, backend.Port);
        Confirmed.AddSince(began);
    }

    private async Task<bool> LeadsToAsync(Echo backend)
    {
        try
        {
            _connection ??= await HttpConnection.OpenAsync(new IPEndPoint(IPAddress.Loopback, router.HttpPort));
            var answer = await _connection.GetAsync(host);
            return answer.Status == 200 && answer.Text == backend.Name;
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
