using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Net.Http.Headers;
using Signalbox.Proxy.Connections;

namespace Signalbox.Proxy.Forwarding;

/// <summary>A request to leave HTTP: Upgrade on HTTP/1.1 (RFC 9110 7.8) or extended CONNECT on HTTP/2 (RFC 8441), which is put to a backend as an upgrade.</summary>
/// <param name="Protocol">As named by the client, such as <c>websocket</c>.</param>
/// <param name="Connect">Set for extended CONNECT.</param>
internal sealed record UpgradeRequest(string Protocol, IHttpExtendedConnectFeature? Connect)
{
    /// <summary>Why an answer to <see cref="Key"/> is none.</summary>
    public const string ForgedKey = "its WebSocket handshake does not show the key it was asked with (Sec-WebSocket-Accept)";

    /// <summary>Why an answer to an extended CONNECT that is a success, and no switch, is none: passed on, it would say that the tunnel is there (RFC 8441 4).</summary>
    public const string NotSwitched = "it answered a request to switch protocols as if it had not been asked";

    private const string WebSocket = "websocket";

    /// <summary>What the backend is asked to show, where we are the client of the handshake; else null.</summary>
    public string? Key { get; } = Connect is null ? null : WebSocketKey.Draw();

    public static UpgradeRequest? Read(RouterContext context)
    {
        // Most requests are neither, which their method and one field tell sooner than a search for the server's features.
        var request = context.Request;
        if (request.Method != HttpMethods.Connect && request.Headers.Upgrade.Count == 0) return null;
        if (context.Features.Get<IHttpExtendedConnectFeature>() is { IsExtendedConnect: true, Protocol: { } named } connect) return new UpgradeRequest(named, connect);
        if (context.Features.Get<IHttpUpgradeFeature>() is not { IsUpgradableRequest: true }) return null;
        var protocol = request.Headers.Upgrade.ToString();
        // RFC 9113 3.1 has taken the upgrade to h2c back; such a request is an ordinary HTTP/1.1 one.
        return protocol.Length == 0 || HopByHop.FieldHasToken(request.Headers.Upgrade, "h2c") ? null : new UpgradeRequest(protocol, null);
    }

    /// <summary>Why it cannot be carried at all; null when it can.</summary>
    public ForwardResult? Refusal => Connect is not null && !Protocol.Equals(WebSocket, StringComparison.OrdinalIgnoreCase)
        ? new ForwardResult(ForwardOutcome.BadRequest, $"Extended CONNECT is carried for websocket, not for “{Protocol}”.", StatusCodes.Status501NotImplemented)
        : null;

    /// <summary>True for an answer, none of agreement, that on HTTP/2 would look like one.</summary>
    public bool IsMistakable(int status) => Connect is not null && status is >= 200 and < 300;

    /// <summary>The fields that ask the backend.</summary>
    public void WriteTo(IFieldSink sink)
    {
        sink.Add(HeaderNames.Connection, HeaderNames.Upgrade);
        sink.Add(HeaderNames.Upgrade, Protocol);
        if (Key is not null) sink.Add(HeaderNames.SecWebSocketKey, Key);
    }

    /// <summary>Tells the client that the backend has agreed, and leaves HTTP. The backend's status and fields are on the answer already.</summary>
    /// <param name="context">The client's request.</param>
    /// <param name="agreed">The protocol as the backend names it, or null.</param>
    public ValueTask<Stream> AcceptAsync(RouterContext context, string? agreed)
    {
        var response = context.Response;
        if (Connect is not null)
        {
            // RFC 8441 5: on HTTP/2 the handshake is the 200, and the fields of RFC 6455's own are left out.
            response.StatusCode = StatusCodes.Status200OK;
            response.Headers.Remove(HeaderNames.SecWebSocketAccept);
            return Connect.AcceptAsync();
        }

        if (agreed is not null) response.Headers.Upgrade = agreed;
        // From here on the client's bytes are no HTTP any more, and the guard is told so before the first of them can come.
        context.Guard?.PassThrough();
        return new(context.Features.GetRequiredFeature<IHttpUpgradeFeature>().UpgradeAsync());
    }
}
