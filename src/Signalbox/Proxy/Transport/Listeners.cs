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
internal sealed class Listeners(RouterOptions options, RouterTransport transport, TlsSelector tls, TimeProvider time, ILoggerFactory logs) : IAsyncDisposable
{
    private readonly ListenSockets _sockets = new();
    private readonly GuardOptions _guard = GuardOptions.Of(options);
    private readonly RefusalLog _refusals = new(logs.CreateLogger<RequestGuard>(), time);
    private ServiceProvider? _services;
    private KestrelServer? _server;

    /// <summary>What listens, once started.</summary>
    public ListenerReport[] Reports { get; private set; } = [];

    /// <summary>The port of https, once started; else 0.</summary>
    public int HttpsPort { get; private set; }

    /// <summary>Binds, then serves.</summary>
    public async ValueTask<Outcome<IReadOnlyList<ListenerReport>>> StartAsync(IHttpApplication<RouterContext> application, CancellationToken cancellation)
    {
        var http = _sockets.Bind(options.Addresses, options.HttpPort);
        var https = _sockets.Bind(options.Addresses, options.HttpsPort);
        if (!http.Succeeded || !https.Succeeded)
        {
            _sockets.Dispose();
            return Outcome<IReadOnlyList<ListenerReport>>.Failed(http.Problems.Concat(https.Problems).ToItems());
        }

        HttpsPort = https.Value;
        Reports = [.. _sockets.EndPoints.Select(point => new ListenerReport(point.Address.ToString(), point.Port, point.Port == https.Value ? "https" : "http"))];
        _services = ServerServices.Build(logs);
        _server = new KestrelServer(Options.Create(Configure(_services)), transport.Start(_sockets, _guard.InputBytes, _services), logs);
        await _server.StartAsync(application, cancellation);
        return Reports;
    }

    /// <summary>No new connections; those there are may end until the token; what is left then is aborted.</summary>
    public Task StopAsync(CancellationToken drained) => _server?.StopAsync(drained) ?? Task.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        _server?.Dispose();
        _sockets.Dispose();
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
        limits.KeepAliveTimeout = options.KeepAliveTimeout;
        _guard.ApplyTo(limits);
        limits.Http2.MaxRequestHeaderFieldSize = options.MaxHeaderBytes;
        // A browser holds one connection for a name and all its event streams and WebSockets; the usual 100 is soon used up by an application's tabs.
        limits.Http2.MaxStreamsPerConnection = 1000;
        foreach (var point in _sockets.EndPoints) kestrel.Listen(point, listen => Configure(listen, point.Port == HttpsPort));
        return kestrel;
    }

    private void Configure(ListenOptions listen, bool secure)
    {
        // Both with TLS, by what the handshake chose. That is what the server does when it is told nothing; told so, it misses its own TLS and warns.
        if (!secure) listen.Protocols = HttpProtocols.Http1;
        if (transport.Loops is not null) listen.Use(LoopStart.Wrap);
        listen.Use(new HalfCloseShield(time).Wrap);
        if (secure) listen.Use(new TlsTermination(tls, time, logs.CreateLogger<TlsTermination>()).Wrap);
        listen.Use(new RequestGuard(_guard, time, _refusals).Wrap);
    }
}
