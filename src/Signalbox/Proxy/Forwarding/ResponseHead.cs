using System.Net;
using System.Net.Http.Headers;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.Primitives;
using Microsoft.Net.Http.Headers;
using Signalbox.Proxy.Connections;

namespace Signalbox.Proxy.Forwarding;

/// <summary>Puts the backend's status and fields onto the client's answer, less what belongs to the backend's connection.</summary>
internal static class ResponseHead
{
    /// <exception cref="InvalidOperationException">The backend sent a field that cannot be sent on.</exception>
    public static void Copy(HttpResponseMessage from, RouterContext context, string pseudonym)
    {
        var to = context.Response;
        to.StatusCode = (int)from.StatusCode;
        if (!string.IsNullOrEmpty(from.ReasonPhrase) && from.ReasonPhrase != ReasonPhrases.GetReasonPhrase(to.StatusCode))
            context.Features.GetRequiredFeature<IHttpResponseFeature>().ReasonPhrase = from.ReasonPhrase;

        var named = from.Headers.NonValidated.TryGetValues(HeaderNames.Connection, out var connection) ? HopByHop.Named(connection) : null;
        Copy(from.Headers.NonValidated, to.Headers, named);
        Copy(from.Content.Headers.NonValidated, to.Headers, named);
        // RFC 9112 6.3: Transfer-Encoding overrides Content-Length, and what we send on has been taken out of its chunks.
        // RFC 9110 8.6: a 204 has no Content-Length.
        if (from.Headers.TransferEncodingChunked == true || from.StatusCode == HttpStatusCode.NoContent) to.Headers.ContentLength = null;
        to.Headers.Via = StringValues.Concat(to.Headers.Via, $"{from.Version.ToString(2)} {pseudonym}");
    }

    private static void Copy(HttpHeadersNonValidated from, IHeaderDictionary to, HashSet<string>? named)
    {
        foreach (var (name, values) in from)
        {
            if (HopByHop.IsFixed(name) || named?.Contains(name) == true) continue;
            to[name] = values.Count == 1 ? new StringValues(values.ToString()) : new StringValues([.. values]);
        }
    }
}
