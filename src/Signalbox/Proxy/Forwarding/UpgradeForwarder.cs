using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Net.Http.Headers;
using Signalbox.Model;
using Signalbox.Proxy.Connections;

namespace Signalbox.Proxy.Forwarding;

/// <summary>
/// Carries upgrades to backends that do not speak HTTP/1.1 in clear. Each has a connection of its own, which is opened first and handed to a client that is used once: so it is known which socket the
/// upgraded stream is, and the end of one direction can be passed on. Extended CONNECT is put to the backend as an HTTP/1.1 upgrade.
/// </summary>
internal sealed class UpgradeForwarder(RequestHead head, BackendConnector connector, string pseudonym)
{
    private static readonly List<SslApplicationProtocol> Protocols = [SslApplicationProtocol.Http11];

    public async ValueTask<ForwardResult> ForwardAsync(RouterContext context, Route route, Backend backend, UpgradeRequest upgrade)
    {
        if (backend.Scheme == BackendScheme.H2c) return ForwardResult.Broken($"a backend spoken to by HTTP/2 in clear cannot be asked to switch to “{upgrade.Protocol}”");
        if (upgrade.Refusal is { } unheardOf) return unheardOf;
        try
        {
            var (socket, stream) = await connector.OpenAsync(backend, Protocols, context.RequestAborted);
            using var client = ClientOn(stream);
            using var request = Request(context, route, backend, upgrade);
            using var response = await client.SendAsync(request, context.RequestAborted);
            if (upgrade.IsMistakable((int)response.StatusCode)) return ForwardResult.Broken(UpgradeRequest.NotSwitched);
            if (response.StatusCode != HttpStatusCode.SwitchingProtocols) return await Answer.PassOnAsync(response, context, pseudonym);
            if (Refusal(response, upgrade) is { } refusal) return ForwardResult.Broken(refusal);
            await using var upgraded = await response.Content.ReadAsStreamAsync(context.RequestAborted);
            await using var peer = await AcceptAsync(context, response, upgrade);
            // The client may end its side and be silent for as long as it likes.
            using var held = context.Features.Get<IHalfCloseFeature>()?.Hold();
            var whole = await DuplexCopy.RunAsync(peer, upgraded, () => FinishAsync(socket, stream), context.RequestAborted);
            if (!whole) context.Abort();
            return ForwardResult.Done;
        }
        catch (Exception exception) when (Failures.IsExpected(exception))
        {
            if (!context.Response.HasStarted) return Failures.Translate(exception, context);
            context.Abort();
            return ForwardResult.Done;
        }
    }

    private static HttpMessageInvoker ClientOn(Stream stream)
    {
        var handler = new SocketsHttpHandler
        {
            UseProxy = false,
            AllowAutoRedirect = false,
            UseCookies = false,
            AutomaticDecompression = DecompressionMethods.None,
            ActivityHeadersPropagator = null,
            PooledConnectionLifetime = TimeSpan.Zero,
            MaxResponseDrainSize = 0,
            RequestHeaderEncodingSelector = (_, _) => Encoding.Latin1,
            ResponseHeaderEncodingSelector = (_, _) => Encoding.Latin1,
            // Asked once: nothing is repeated, since the one connection there is cannot be had twice.
            ConnectCallback = (_, _) => Interlocked.Exchange(ref stream!, null) is { } first ? ValueTask.FromResult(first) : throw new IOException("The connection is used up."),
        };
        return new HttpMessageInvoker(handler);
    }

    private HttpRequestMessage Request(RouterContext context, Route route, Backend backend, UpgradeRequest upgrade)
    {
        var request = head.Build(context, route, backend, content: null);
        (request.Version, request.VersionPolicy) = (HttpVersion.Version11, HttpVersionPolicy.RequestVersionExact);
        request.Headers.TryAddWithoutValidation(HeaderNames.Connection, HeaderNames.Upgrade);
        request.Headers.TryAddWithoutValidation(HeaderNames.Upgrade, upgrade.Protocol);
        if (upgrade.Connect is null) return request;
        request.Method = HttpMethod.Get;
        request.Headers.Remove(HeaderNames.SecWebSocketKey);
        request.Headers.TryAddWithoutValidation(HeaderNames.SecWebSocketKey, upgrade.Key);
        return request;
    }

    /// <summary>RFC 6455 4.1: a client must fail the connection unless the answer shows our key. Over HTTP/1.1 the client that drew the key looks itself.</summary>
    private static string? Refusal(HttpResponseMessage response, UpgradeRequest upgrade)
    {
        if (upgrade.Key is not { } key) return null;
        return response.Headers.NonValidated.TryGetValues(HeaderNames.SecWebSocketAccept, out var accept) && accept.ToString() == WebSocketKey.Accept(key)
            ? null
            : UpgradeRequest.ForgedKey;
    }

    private async ValueTask<Stream> AcceptAsync(RouterContext context, HttpResponseMessage response, UpgradeRequest upgrade)
    {
        ResponseHead.Copy(response, context, pseudonym);
        context.Response.Headers.ContentLength = null;
        return await upgrade.AcceptAsync(context, response.Headers.NonValidated.TryGetValues(HeaderNames.Upgrade, out var protocol) ? protocol.ToString() : null);
    }

    private static async Task FinishAsync(Socket socket, Stream stream)
    {
        if (stream is SslStream secure) await secure.ShutdownAsync();
        socket.Shutdown(SocketShutdown.Send);
    }
}
