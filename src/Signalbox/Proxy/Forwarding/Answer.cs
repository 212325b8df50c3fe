using System.Net;
using Microsoft.AspNetCore.Http;
using Signalbox.Proxy.Connections;

namespace Signalbox.Proxy.Forwarding;

/// <summary>Passes a backend's whole answer on: head, body, trailers.</summary>
internal static class Answer
{
    public static async ValueTask<ForwardResult> PassOnAsync(HttpResponseMessage response, RouterContext context, string pseudonym)
    {
        if (response.StatusCode == HttpStatusCode.SwitchingProtocols) return ForwardResult.Broken("it switched protocols without being asked");
        try
        {
            ResponseHead.Copy(response, context, pseudonym);
        }
        catch (InvalidOperationException exception)
        {
            context.Response.Clear();
            return ForwardResult.Broken("its answer has a field that cannot be sent on: " + exception.Message);
        }

        try
        {
            if (HasBody(response, context.Request.Method))
            {
                await using var stream = await response.Content.ReadAsStreamAsync(context.RequestAborted);
                await ResponseBody.CopyAsync(stream, context.Response, context.Response.ContentLength, context.RequestAborted);
            }

            CopyTrailers(response, context.Response);
            return ForwardResult.Done;
        }
        catch (Exception exception) when (Failures.IsExpected(exception))
        {
            if (context.RequestAborted.IsCancellationRequested) return ForwardResult.ClientGone;
            if (!context.Response.HasStarted)
            {
                context.Response.Clear();
                return ForwardResult.Broken(Failures.Describe(exception));
            }

            // The backend went away in the middle. The client must not take what it has for the whole, so its stream is cut.
            context.Abort();
            return ForwardResult.Done;
        }
    }

    /// <summary>RFC 9112 6.3: no body after HEAD, 204 and 304, whatever the fields say.</summary>
    private static bool HasBody(HttpResponseMessage response, string method) =>
        !HttpMethods.IsHead(method) && response.StatusCode is not (HttpStatusCode.NoContent or HttpStatusCode.NotModified) && response.Content.Headers.ContentLength != 0;

    private static void CopyTrailers(HttpResponseMessage response, HttpResponse to)
    {
        if (!to.SupportsTrailers()) return;
        foreach (var (name, values) in response.TrailingHeaders.NonValidated) to.AppendTrailer(name, new([.. values]));
    }
}
