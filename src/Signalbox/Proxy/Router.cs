using Microsoft.Extensions.Logging;
using Signalbox.Model;
using Signalbox.Model.Wire;
using Signalbox.Proxy.Forwarding;
using Signalbox.Proxy.Health;
using Signalbox.Proxy.Responses;
using Signalbox.Proxy.Routing;
using Signalbox.Proxy.Tls;
using Signalbox.Proxy.Transport;

namespace Signalbox.Proxy;

/// <summary>The embedded router: takes requests by name and brings each to its service. The door of this room.</summary>
internal sealed class Router : IAsyncDisposable
{
    private readonly RouteTable _table = new();
    private readonly TimeProvider _time;
    private readonly HttpForwarder _forwarder;
    private readonly HttpsRedirect _redirect;
    private readonly RouterTransport _transport;
    private readonly Listeners _listeners;
    private readonly RequestHandler _handler;

    public Router(RouterOptions options, RouterServices services, TimeProvider time, ILoggerFactory logs)
    {
        _time = time;
        _transport = new RouterTransport(options, time, logs) { Memory = services.Memory };
        var connector = new BackendConnector(options.ConnectTimeout, services.Observer, time);
        _forwarder = new HttpForwarder(options, connector, time);
        _redirect = new HttpsRedirect(services.Book);
        _listeners = new Listeners(options, _transport, new TlsSelector(services.Book, _table.Index, services.ChallengeCertificates), time, logs);
        _listeners.Changed = OnListenersChanged;
        var carrier = new Carrier(options, _table, _forwarder, new BackendProbes(connector, time), time);
        _handler = new RequestHandler(_table.Index, new WellKnown(new ProofResponder(_table.Index, services.Proof), new ChallengeResponder(services.Challenges)), _redirect, carrier, new ErrorAnswers(services.Directory));
    }

    /// <summary>Each address and port that is listened on now; empty before the start.</summary>
    public IReadOnlyList<ListenerReport> Listeners => _listeners.Reports;

    /// <summary>Each that is to be listened on and is not, with the reason: held by another program, forbidden, or no interface has the address. It is tried again until it can be had.</summary>
    public IReadOnlyList<ListenerReport> Waiting => _listeners.Waiting;

    /// <summary>Called whenever <see cref="Listeners"/> or <see cref="Waiting"/> has changed; on any thread, one call after another for each listener.</summary>
    public Action ListenersChanged { private get; set; } = () => { };

    /// <summary>What the listeners run on, settled by the start, and how it does now.</summary>
    public TransportReport Transport => _transport.Report;

    /// <summary>What is wrong with the listeners and the transport now, such as accepting that has paused for want of descriptors; empty when all is well.</summary>
    public IReadOnlyList<Problem> Problems => [.. _listeners.Waiting.Select(listener => listener.Problem!), .. _transport.Problems];

    /// <summary>
    /// Binds what can be bound, and serves. A port that cannot be had is no failure (<see cref="Waiting"/>); a failure is only what waiting would not mend, and then nothing listens.
    /// </summary>
    public async ValueTask<Outcome<IReadOnlyList<ListenerReport>>> StartAsync(CancellationToken cancellation)
    {
        var started = await _listeners.StartAsync(new RouterApplication(_handler), cancellation);
        _redirect.HttpsPort = _listeners.HttpsPort;
        return started;
    }

    /// <summary>Takes over a change, in O(changed); each host's entry is swapped at once. One writer. What is already under way is left alone.</summary>
    public void Apply(EdgeChange change) => _table.Apply(change);

    /// <summary>The very look-up requests use.</summary>
    public Route? Match(string host, string path) => _table.Match(host, path);

    /// <summary>True when the host has a route of its own, and not a wildcard's alone. Lower case; takes no lock.</summary>
    public bool HasRoute(string host) => _table.Index.HasOwn(host);

    /// <summary>What is really carried: key to <c>&lt;id&gt;@&lt;revision&gt;</c>.</summary>
    public IReadOnlyDictionary<RouteKey, string> Observe() => _table.Index.Routes().ToDictionary(route => route.Key, route => $"{route.Id}@{route.Revision}");

    /// <summary>Unbinds, lets open requests end for the time given, aborts the rest, and disposes, in that order.</summary>
    public async Task StopAsync(TimeSpan drain)
    {
        using var drained = new CancellationTokenSource(drain, _time);
        await _listeners.StopAsync(drained.Token);
        await DisposeAsync();
    }

    private void OnListenersChanged()
    {
        // Nobody is sent to a port that another program answers.
        _redirect.HttpsPort = _listeners.HttpsPort;
        ListenersChanged();
    }

    public async ValueTask DisposeAsync()
    {
        await _listeners.DisposeAsync();
        _forwarder.Dispose();
        await _transport.DisposeAsync();
    }
}
