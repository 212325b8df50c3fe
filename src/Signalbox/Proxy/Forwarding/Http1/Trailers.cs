using System.Buffers;
using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Signalbox.Proxy.Connections;

namespace Signalbox.Proxy.Forwarding.Http1;

/// <summary>
/// Fields behind a body (RFC 9110 6.5), both ways. What frames or routes a message, says who asks, or tells how to read the content has come too late there,
/// and whoever merged it into the head would be deceived (6.5.1): such fields are left out.
/// </summary>
internal static class Trailers
{
    private static readonly HashSet<string> Forbidden = new(StringComparer.OrdinalIgnoreCase)
    {
        // Framing and routing; what belongs to one connection is known elsewhere.
        "Host", "Content-Length", "Trailer",
        // Controls and conditions, which were decided when the head was read.
        "Cache-Control", "Expect", "Max-Forwards", "Pragma", "Range", "If-Match", "If-None-Match", "If-Modified-Since", "If-Unmodified-Since", "If-Range",
        // Who asks.
        "Authorization", "Proxy-Authorization", "Proxy-Authenticate", "WWW-Authenticate", "Cookie", "Set-Cookie",
        // How the content is to be read.
        "Content-Encoding", "Content-Type", "Content-Range", "Location", "Vary", "Date", "Age", "Expires", "Retry-After",
    };

    public static bool IsAllowed(string name) => !Forbidden.Contains(name) && !HopByHop.IsFixed(name) && !ForwardingFields.IsOne(name);

    /// <summary>The client's, to a backend; its body has been read to the end.</summary>
    public static void Send(RouterContext context, OutgoingBytes to)
    {
        if (context.Features.Get<IHttpRequestTrailersFeature>() is not { Available: true, Trailers: { Count: > 0 } trailers }) return;
        foreach (var (name, values) in trailers)
        {
            if (!IsAllowed(name)) continue;
            foreach (var value in values) to.Add(name, value ?? "");
        }
    }

    /// <summary>A backend's, to a client on HTTP/1.1, where we write the chunks ourselves.</summary>
    public static void Write(IReadOnlyList<KeyValuePair<string, string>> trailers, IBufferWriter<byte> to)
    {
        foreach (var (name, value) in trailers)
        {
            if (!IsAllowed(name)) continue;
            Encoding.Latin1.GetBytes(name, to);
            to.Write(": "u8);
            Encoding.Latin1.GetBytes(value, to);
            to.Write("\r\n"u8);
        }
    }

    /// <summary>A backend's, to a client to whom the server can send them, which is on HTTP/2.</summary>
    /// <exception cref="ProtocolException">One cannot be sent on.</exception>
    public static void Append(IReadOnlyList<KeyValuePair<string, string>> trailers, HttpResponse to)
    {
        if (trailers.Count == 0 || !to.SupportsTrailers()) return;
        foreach (var (name, value) in trailers)
        {
            if (!IsAllowed(name)) continue;
            try
            {
                to.AppendTrailer(name, value);
            }
            catch (InvalidOperationException exception)
            {
                throw new ProtocolException("its answer has a trailer that cannot be sent on: " + exception.Message);
            }
        }
    }
}
