using System.Net;
using System.Net.Security;
using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Signalbox.Model;

namespace Signalbox.Proxy.Forwarding;

/// <summary>
/// The forwarder on the framework's own client. Steps: (1) an upgrade goes its own way; (2) the request is built; (3) it is sent, its body streaming
/// beside it; (4) the answer's head and (5) body are passed on; (6) its trailers; (7) the request's body is stopped if the answer came first.
/// </summary>
internal sealed class HttpForwarder : IForwarder
{
    /// <summary>Idle connections to backends are kept this long; a dev server that restarts closes them itself before.</summary>
    private static readonly TimeSpan IdleConnection = TimeSpan.FromSeconds(60);

    private static readonly List<SslApplicationProtocol> Protocols = [SslApplicationProtocol.Http2, SslApplicationProtocol.Http11];

    private readonly string _pseudonym;
    private readonly RequestHead _head;
    private readonly UpgradeForwarder _upgrades;
    private readonly HttpMessageInvoker _client;

    public HttpForwarder(RouterOptions options, BackendConnector connector)
    {
        _pseudonym = options.Pseudonym;
        _head = new RequestHead(options);
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
                return (await connector.OpenAsync(backend!, Protocols, cancellation)).Stream;
            },
        });
    }

    public ValueTask<ForwardResult> ForwardAsync(HttpContext context, Route route, Backend backend) =>
        UpgradeRequest.Read(context) is { } upgrade ? _upgrades.ForwardAsync(context, route, backend, upgrade) : SendAsync(context, route, backend);

    public void Dispose() => _client.Dispose();

    private async ValueTask<ForwardResult> SendAsync(HttpContext context, Route route, Backend backend)
    {
        var body = context.Features.Get<IHttpRequestBodyDetectionFeature>()?.CanHaveBody == true ? new RequestBody(context.Request) : null;
        using var request = _head.Build(context, route, backend, body ?? (HttpContent?)EmptyFor(context.Request.Method));
        try
        {
            using var response = await _client.SendAsync(request, context.RequestAborted);
            return await Answer.PassOnAsync(response, context, _pseudonym);
        }
        catch (Exception exception) when (Failures.IsExpected(exception))
        {
            return Failures.Translate(exception, context, body);
        }
        finally
        {
            if (body is not null) await body.StopAsync();
        }
    }

    /// <summary>RFC 9110 9.2.2: only what is idempotent may be repeated without asking; see <see cref="NoBody"/>.</summary>
    private static NoBody? EmptyFor(string method) => method is "GET" or "HEAD" or "OPTIONS" or "TRACE" or "PUT" or "DELETE" ? null : new NoBody();
}
