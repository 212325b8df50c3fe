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
        _transport = new RouterTransport(options, time, logs);
        var connector = new BackendConnector(options.ConnectTimeout, services.Observer, time);
        _forwarder = new HttpForwarder(options, connector, time);
        _redirect = new HttpsRedirect(services.Book);
        _listeners = new Listeners(options, _transport, new TlsSelector(services.Book, _table.Index, services.ChallengeCertificates), time, logs);
        var carrier = new Carrier(options, _table, _forwarder, new BackendProbes(connector, time), time);
        _handler = new RequestHandler(_table.Index, new WellKnown(new ProofResponder(_table.Index, services.Proof), new ChallengeResponder(services.Challenges)), _redirect, carrier, new ErrorAnswers(services.Directory));
    }

    /// <summary>One for each address and port; empty before the start. Protocol is <c>http</c> or <c>https</c>.</summary>
    public IReadOnlyList<ListenerReport> Listeners => _listeners.Reports;

    /// <summary>What the listeners run on; settled by the start.</summary>
    public TransportReport Transport => _transport.Report;

    /// <summary>What is wrong with the transport now, such as accepting that has paused for want of descriptors; empty when all is well.</summary>
    public IReadOnlyList<Problem> Problems => _transport.Problems;

    /// <summary>Binds and serves. Problems: <see cref="ProblemType.PortInUse"/>, <see cref="ProblemType.PortDenied"/>; then nothing listens.</summary>
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

    /// <summary>What is really carried: key to <c>&lt;id&gt;@&lt;revision&gt;</c>.</summary>
    public IReadOnlyDictionary<RouteKey, string> Observe() => _table.Index.Routes().ToDictionary(route => route.Key, route => $"{route.Id}@{route.Revision}");

    /// <summary>Unbinds, lets open requests end for the time given, aborts the rest, and disposes, in that order.</summary>
    public async Task StopAsync(TimeSpan drain)
    {
        using var drained = new CancellationTokenSource(drain, _time);
        await _listeners.StopAsync(drained.Token);
        await DisposeAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await _listeners.DisposeAsync();
        _forwarder.Dispose();
        await _transport.DisposeAsync();
    }
}
