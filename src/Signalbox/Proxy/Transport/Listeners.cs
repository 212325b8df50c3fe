using System.Net;
using System.Text;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Signalbox.Model;
using Signalbox.Model.Wire;
using Signalbox.Proxy.Connections;
using Signalbox.Proxy.Tls;
using Signalbox.Proxy.Transport.Epoll;

namespace Signalbox.Proxy.Transport;

/// <summary>The server with its listeners: set up without a web host, since there is nothing for one to do.</summary>
internal sealed class Listeners : IAsyncDisposable
{
    private readonly RouterOptions _options;
    private readonly RouterTransport _transport;
    private readonly TlsSelector _tls;
    private readonly TimeProvider _time;
    private readonly ILoggerFactory _logs;
    private readonly ListenPoints _points;
    private readonly GuardOptions _guard;
    private readonly RefusalLog _refusals;
    private ServiceProvider? _services;
    private KestrelServer? _server;

    public Listeners(RouterOptions options, RouterTransport transport, TlsSelector tls, TimeProvider time, ILoggerFactory logs)
    {
        (_options, _transport, _tls, _time, _logs) = (options, transport, tls, time, logs);
        _points = new ListenPoints(time, logs.CreateLogger<Listeners>());
        _guard = GuardOptions.Of(options);
        _refusals = new RefusalLog(logs.CreateLogger<RequestGuard>(), time);
    }

    /// <summary>What listens now; empty before the start.</summary>
    public ListenerReport[] Reports => [.. _points.Where(listener => listener.IsListening).Select(listener => listener.Point.Report(null))];

    /// <summary>What is to listen and does not, each with its reason.</summary>
    public ListenerReport[] Waiting => [.. from listener in _points let problem = listener.Problem where problem is not null select listener.Point.Report(problem)];

    /// <inheritdoc cref="ListenPoints.Changed"/>
    public Action Changed
    {
        set => _points.Changed = value;
    }

    /// <summary>The port of https while we listen on it and on none of the addresses another program does; else 0.</summary>
    public int HttpsPort
    {
        get
        {
            var secure = _points.Where(listener => listener.Point.IsSecure).ToList();
            return secure.Exists(listener => listener.IsListening) && !secure.Exists(listener => listener.Problem?.Type == ProblemType.PortInUse) ? secure[0].Point.EndPoint.Port : 0;
        }
    }

    /// <summary>Binds what can be bound, then serves. A port that cannot be had is no failure: it is waited for (<see cref="Waiting"/>).</summary>
    public async ValueTask<Outcome<IReadOnlyList<ListenerReport>>> StartAsync(IHttpApplication<RouterContext> application, CancellationToken cancellation)
    {
        if (_options.HttpPort == _options.HttpsPort && _options.HttpPort != 0)
            return new Problem(ProblemType.InvalidPort, ProblemSide.Request, $"port {_options.HttpPort}", "Http and https cannot have the same port.", "Give two with --http and --https.");
        var http = _points.Add(_options.Addresses, _options.HttpPort, secure: false);
        var https = http.Succeeded ? _points.Add(_options.Addresses, _options.HttpsPort, secure: true) : http;
        if (!https.Succeeded)
        {
            _points.Dispose();
            return Outcome<IReadOnlyList<ListenerReport>>.Failed(https.Problems);
        }

        var services = _services = ServerServices.Build(_logs);
        // The transport first: what a connection begins with depends on whether there are loops, and the server takes that in as it is set up.
        var transport = _points.On(sockets => _transport.Start(sockets, services));
        _server = new KestrelServer(Options.Create(Configure(services)), transport, _logs);
        await _server.StartAsync(application, cancellation);
        return Reports;
    }

    /// <summary>No new connections; those there are may end until the token; what is left then is aborted.</summary>
    public Task StopAsync(CancellationToken drained) => _server?.StopAsync(drained) ?? Task.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        _server?.Dispose();
        _points.Dispose();
        if (_services is not null) await _services.DisposeAsync();
    }

    private KestrelServerOptions Configure(IServiceProvider services)
    {
        var kestrel = new KestrelServerOptions
        {
            ApplicationServices = services,
            AddServerHeader = false,
            AllowSynchronousIO = false,
            // Field values are bytes to us (RFC 9110 5.5): Latin-1 carries each of them through unchanged.
            RequestHeaderEncodingSelector = _ => Encoding.Latin1,
            ResponseHeaderEncodingSelector = _ => Encoding.Latin1,
        };
        var limits = kestrel.Limits;
        // Bodies are the services' business: no size and no rate of ours, and an open stream has no timeout.
        limits.MaxRequestBodySize = null;
        limits.MinRequestBodyDataRate = null;
        limits.MinResponseDataRate = null;
        limits.KeepAliveTimeout = _options.KeepAliveTimeout;
        _guard.ApplyTo(limits);
        limits.Http2.MaxRequestHeaderFieldSize = _options.MaxHeaderBytes;
        // A browser holds one connection for a name and all its event streams and WebSockets; the usual 100 is soon used up by an application's tabs.
        limits.Http2.MaxStreamsPerConnection = 1000;
        foreach (var listener in _points) kestrel.Listen(listener.Point.EndPoint, listen => Configure(listen, listener.Point.IsSecure));
        return kestrel;
    }

    private void Configure(ListenOptions listen, bool secure)
    {
        // Both with TLS, by what the handshake chose. That is what the server does when it is told nothing; told so, it misses its own TLS and warns.
        if (!secure) listen.Protocols = HttpProtocols.Http1;
        if (_transport.Loops is not null) listen.Use(LoopStart.Wrap);
        listen.Use(new HalfCloseShield(_time).Wrap);
        if (secure) listen.Use(new TlsTermination(_tls, _time, _logs.CreateLogger<TlsTermination>()).Wrap);
        listen.Use(new RequestGuard(_guard, _time, _refusals).Wrap);
    }
}
