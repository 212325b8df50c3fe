using Signalbox.Benchmarks.Contestants;
using Signalbox.EndToEnd.Support;

namespace Signalbox.Benchmarks.Load;

/// <summary>The backends and hosts of a <see cref="Churn"/>. The ports stay the same however often the backends are started.</summary>
internal sealed class ChurnSite : IAsyncDisposable
{
    public const string StreamHost = "streams.bench.localhost";
    public const string SecureHost = "secure.bench.localhost";

    /// <summary>Its backend is killed and started again all the time.</summary>
    public const string RestartingHost = "restarting.bench.localhost";

    /// <summary>Its route is led from one backend to the other all the time.</summary>
    public const string ChangedHost = "changed.bench.localhost";

    private const int Many = 1_000;

    private readonly int _firstPort = PortPool.Take(), _secondPort = PortPool.Take(), _restartingPort = PortPool.Take();
    private Echo? _restarting;

    public Echo? First { get; private set; }

    public Echo? Second { get; private set; }

    /// <summary>Hosts of which nothing happens to any.</summary>
    public IReadOnlyList<string> QuietHosts { get; } = [.. Enumerable.Range(0, Many).Select(RouteLayout.ManyHost)];

    public RouteLayout Layout => new([
        new RoutedHost(StreamHost, _firstPort), new RoutedHost(SecureHost, _firstPort, Tls: true), new RoutedHost(RestartingHost, _restartingPort),
        new RoutedHost(ChangedHost, _firstPort), .. QuietHosts.Select(host => new RoutedHost(host, _firstPort)),
    ]);

    public async Task StartAsync()
    {
        First = await Echo.StartAsync("first", _firstPort);
        Second = await Echo.StartAsync("second", _secondPort);
        _restarting = await Echo.StartAsync("restarting", _restartingPort);
    }

    public async Task RestartOneAsync()
    {
        await _restarting!.DisposeAsync();
        _restarting = await Echo.StartAsync("restarting", _restartingPort);
    }

    /// <summary>Ends the backends: a router then keeps no connection to any of them.</summary>
    public async ValueTask DisposeAsync()
    {
        foreach (var backend in new[] { First, Second, _restarting })
        {
            if (backend is not null) await backend.DisposeAsync();
        }

        (First, Second, _restarting) = (null, null, null);
    }
}
