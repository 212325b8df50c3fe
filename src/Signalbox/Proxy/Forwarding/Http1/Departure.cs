using Microsoft.Net.Http.Headers;
using Signalbox.Proxy.Connections;
using Signalbox.Proxy.Forwarding.Tunnels;

namespace Signalbox.Proxy.Forwarding.Http1;

/// <summary>
/// The step out of HTTP: the client is answered in the backend's words, and the two are joined. On HTTP/1.1 the tunnel has the whole connection, and runs
/// when the request is over, so that nothing of HTTP is held meanwhile; on HTTP/2 it is a stream, and runs within the request.
/// </summary>
internal static class Departure
{
    /// <exception cref="ProtocolException">The backend's answer does not fit what it was asked.</exception>
    public static async ValueTask RunAsync(BackendConnection connection, RouterContext context, UpgradeRequest upgrade, LaneOptions options)
    {
        var message = connection.Answer;
        // RFC 6455 4.1: a client must fail the connection unless the answer shows its key. Over HTTP/1.1 the client that drew it looks itself.
        if (upgrade.Key is { } key && AnswerHead.Find(message, HeaderNames.SecWebSocketAccept) != WebSocketKey.Accept(key))
            throw new ProtocolException(UpgradeRequest.ForgedKey);
        AnswerHead.PassOn(message, context, options);
        var stream = await upgrade.AcceptAsync(context, AnswerHead.Find(message, HeaderNames.Upgrade));
        await connection.HereAsync();
        var tunnel = connection.Leave(options.Time);
        if (upgrade.Connect is null && context.Guard is { } guard)
        {
            guard.HandOver(tunnel.RunOnAsync);
            return;
        }

        await tunnel.RunAsync(new StreamClient(context, stream));
    }
}
