using System.Collections.Concurrent;
using System.Net;
using System.Net.Security;
using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Signalbox.Model;
using Signalbox.Proxy.Connections;
using Signalbox.Proxy.Forwarding.Http1;
using Signalbox.Proxy.Forwarding.Pooling;

namespace Signalbox.Proxy.Forwarding;

/// <summary>
/// Chooses the lane of a request: upgrades have one, HTTP/1.1 in clear has one unless the options say otherwise, and what may be HTTP/2 goes through the
/// framework's client. Steps there: (1) the request is built; (2) it is sent, its body streaming beside it; (3) the answer is passed on; (4) the body is
/// stopped if the answer came first.
/// </summary>
internal sealed class HttpForwarder : IForwarder
{
    /// <summary>Idle connections to backends are kept this long; a dev server that restarts closes them itself before.</summary>
    private static readonly TimeSpan IdleConnection = TimeSpan.FromSeconds(60);

    private static readonly List<SslApplicationProtocol> Protocols = [SslApplicationProtocol.Http2, SslApplicationProtocol.Http11];

    private readonly string _pseudonym;
    private readonly bool _hasLane;
    private readonly BackendPool _pool;
    private readonly LoopPools _loops;
    private readonly Http1Forwarder _http1;
    private readonly RequestHead _head;
    private readonly UpgradeForwarder _upgrades;
    private readonly HttpMessageInvoker _client;

    /// <summary>Backends over TLS that chose HTTP/1.1: from the second request on they go the way of HTTP/1.1.</summary>
    private readonly ConcurrentDictionary<Backend, bool> _onlyHttp1 = new();

    public HttpForwarder(RouterOptions options, BackendConnector connector, TimeProvider time)
    {
        _pseudonym = options.Pseudonym;
        _hasLane = options.Forwarder == ForwarderKind.Lane;
        var fields = new RequestFields(options);
        _head = new RequestHead(fields);
        _pool = new BackendPool(connector, time);
        _loops = new LoopPools(connector, time);
        _http1 = new Http1Forwarder(new LaneOptions(fields, options.Pseudonym, time), _pool, _loops);
        _upgrades = new UpgradeForwarder(_head, connector, options.Pseudonym);
        _client = new HttpMessageInvoker(new SocketsHttpHandler
        {
            UseProxy = false,
            AllowAutoRedirect = false,
            UseCookies = false,
            AutomaticDecompression = DecompressionMethods.None,
            ActivityHeadersPropagator = null,
            EnableMultipleHttp2Connections = true,
            PooledConnectionIdleTimeout = IdleConnection,
            // The connector has its own, which tells no answer from a refusal.
            ConnectTimeout = Timeout.InfiniteTimeSpan,
            // An answer nobody reads any more is cut at once: its backend is to learn that the client is gone.
            MaxResponseDrainSize = 0,
            RequestHeaderEncodingSelector = (_, _) => Encoding.Latin1,
            ResponseHeaderEncodingSelector = (_, _) => Encoding.Latin1,
            ConnectCallback = async (connection, cancellation) =>
            {
                connection.InitialRequestMessage.Options.TryGetValue(RequestHead.BackendKey, out var backend);
                var stream = (await connector.OpenAsync(backend!, Protocols, cancellation)).Stream;
                if (stream is SslStream secure && secure.NegotiatedApplicationProtocol != SslApplicationProtocol.Http2) _onlyHttp1[backend!] = true;
                return stream;
            },
        });
    }

    public ValueTask<ForwardResult> ForwardAsync(RouterContext context, Route route, Backend backend)
    {
        var upgrade = UpgradeRequest.Read(context);
        if (upgrade?.Refusal is { } refusal) return new(refusal);
        var isLane = _hasLane && (backend.Scheme == BackendScheme.Http || (upgrade is null && !_onlyHttp1.IsEmpty && _onlyHttp1.ContainsKey(backend)));
        return isLane ? _http1.ForwardAsync(context, route, backend, upgrade)
            : upgrade is not null ? _upgrades.ForwardAsync(context, route, backend, upgrade)
            : SendAsync(context, route, backend);
    }

    public void Dispose()
    {
        _client.Dispose();
        _pool.Dispose();
        _loops.Dispose();
    }

    private async ValueTask<ForwardResult> SendAsync(RouterContext context, Route route, Backend backend)
    {
        var body = context.Body.CanHaveBody ? new RequestBody(context.Request) : null;
        using var request = _head.Build(context, route, backend, body ?? (HttpContent?)EmptyFor(context.Request.Method));
        try
        {
            using var response = await _client.SendAsync(request, context.RequestAborted);
            return await Answer.PassOnAsync(response, context, _pseudonym);
        }
        catch (Exception exception) when (Failures.IsExpected(exception))
        {
            return Failures.Translate(exception, context, body?.Started == true, body?.ReadError);
        }
        finally
        {
            if (body is not null) await body.StopAsync();
        }
    }

    /// <summary>What may not be repeated is given an empty body; see <see cref="NoBody"/>.</summary>
    private static NoBody? EmptyFor(string method) => Idempotence.Of(method) ? null : new NoBody();
}
