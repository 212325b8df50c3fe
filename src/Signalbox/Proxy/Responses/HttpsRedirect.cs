using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Signalbox.Model;
using Signalbox.Proxy.Connections;
using Signalbox.Proxy.Routing;

namespace Signalbox.Proxy.Responses;

/// <summary>Sends plain HTTP to HTTPS where the route wants it and a certificate can be had: 308, which keeps method and body (RFC 9110 15.4.9).</summary>
internal sealed class HttpsRedirect(ICertificateBook book)
{
    /// <summary>RFC 9110 4.2.2.</summary>
    private const int DefaultPort = 443;

    /// <summary>The port HTTPS is served on; 0 while it is not, and then nobody is sent there.</summary>
    public int HttpsPort { get; set; }

    /// <summary>True when the request has been answered.</summary>
    public bool Answer(RouterContext context, Route route)
    {
        if (HttpsPort == 0 || route.Tls == TlsMode.Off || context.Request.Scheme != "http") return false;
        var host = RequestHost.Name(RequestHost.Of(context.Request)).ToString().ToLowerInvariant();
        if (!book.Covers(host)) return false;
        var port = HttpsPort == DefaultPort ? "" : ":" + HttpsPort;
        context.Response.StatusCode = StatusCodes.Status308PermanentRedirect;
        context.Response.Headers.Location = $"https://{host}{port}{context.Message.RawTarget}";
        // A browser keeps a 308 for good, and would go on after the route or the port has changed.
        context.Response.Headers.CacheControl = "no-store";
        context.Response.ContentLength = 0;
        return true;
    }
}
