using Microsoft.AspNetCore.Http;

namespace Signalbox.Proxy.Routing;

/// <summary>Reads the name out of a Host field (RFC 9110 7.2): its port and a trailing dot never matter.</summary>
internal static class RequestHost
{
    /// <summary>
    /// The Host field as it was sent (over HTTP/2 the <c>:authority</c>). The framework's own reading of it turns A-labels into the Unicode they stand for,
    /// while routes are kept by their A-labels.
    /// </summary>
    public static string Of(HttpRequest request) => request.Headers.Host.ToString();

    /// <summary>The part that names: without port, and without the dot of a fully qualified name. Case is left as it is.</summary>
    public static ReadOnlySpan<char> Name(ReadOnlySpan<char> host)
    {
        if (host.StartsWith('['))
        {
            // An IPv6 literal keeps its brackets and colons (RFC 3986 3.2.2); only what follows them is the port.
            var close = host.IndexOf(']');
            return close < 0 ? host : host[..(close + 1)];
        }

        var colon = host.LastIndexOf(':');
        if (colon >= 0) host = host[..colon];
        return host.EndsWith('.') ? host[..^1] : host;
    }

    /// <summary>The port with its colon, or nothing.</summary>
    public static string Port(string host)
    {
        var colon = host.LastIndexOf(':');
        // The colons of an IPv6 literal stand before its bracket.
        return colon > host.LastIndexOf(']') ? host[colon..] : "";
    }
}
