using System.IO.Pipelines;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;

namespace Signalbox.Proxy.Connections;

/// <summary>
/// Connection middleware for HTTP/1.1, behind TLS: the server's own parser gets only what a strict one has verified.
/// <code>
/// options.ApplyTo(kestrel.Limits);
/// kestrel.RequestHeaderEncodingSelector = _ => Encoding.Latin1;   // field values are octets (RFC 9110 5.5), which Latin-1 alone keeps
/// listen.Use(new HalfCloseShield(time).Wrap);          // outermost: on the socket
/// listen.Use(new TlsTermination(…).Wrap);                  // then TLS
/// listen.Use(new RequestGuard(options, time, log).Wrap);    // then the guard, innermost
/// </code>
/// On a connection for which TLS has chosen HTTP/2 it steps aside: that framing has no two readings.
/// The endpoint must not speak HTTP/2 without TLS, for such a connection begins like a bad HTTP/1.1 one and is answered 505.
/// </summary>
internal sealed class RequestGuard(GuardOptions options, TimeProvider time, RefusalLog log)
{
    public ConnectionDelegate Wrap(ConnectionDelegate next) => connection => IsHttp2(connection) ? next(connection) : GuardAsync(connection, next);

    private static bool IsHttp2(ConnectionContext connection) =>
        connection.Features.Get<ITlsApplicationProtocolFeature>()?.ApplicationProtocol.Span.SequenceEqual("h2"u8) == true;

    private async Task GuardAsync(ConnectionContext connection, ConnectionDelegate next)
    {
        var guarded = new GuardedConnection(connection, options, time);
        try
        {
            await next(connection);
        }
        finally
        {
            var successor = await guarded.EndAsync(log);
            // What follows may last for days, and HTTP's objects are not to last with it.
            guarded = null;
            if (successor is not null) await successor(connection);
        }
    }
}
