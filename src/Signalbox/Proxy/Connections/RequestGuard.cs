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
/// listen.UseHttps(…);                                  // then TLS
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
        var inner = connection.Transport;
        using var refuser = new HeadRefuser(inner.Output, options, time);
        var reader = new GuardedReader(inner.Input, new RequestScanner(options), refuser);
        connection.Features.Set<IGuardFeature>(reader);
        reader.Output = new HeldOutput(inner.Output, () => reader.IsBodyRefused);
        connection.Transport = new Duplex(reader, reader.Output);
        try
        {
            await next(connection);
        }
        finally
        {
            // The middleware outside completes the pipes it made, not ours.
            connection.Transport = inner;
            if (reader.LastRefusal is { } refusal) log.Note(refusal, connection.RemoteEndPoint);
            if (reader.IsBodyRefused)
            {
                // The server has answered: all of that is in the output, and goes out while the client's rest is thrown away.
                await refuser.DrainAsync(inner.Input);
                await inner.Input.CompleteAsync();
                await inner.Output.CompleteAsync();
            }
        }
    }

    private sealed class Duplex(PipeReader input, PipeWriter output) : IDuplexPipe
    {
        public PipeReader Input => input;

        public PipeWriter Output => output;
    }
}
