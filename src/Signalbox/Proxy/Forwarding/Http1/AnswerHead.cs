using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.Primitives;
using Signalbox.Proxy.Connections;

namespace Signalbox.Proxy.Forwarding.Http1;

/// <summary>Puts a backend's status and fields onto the client's answer, less what belongs to the backend's connection.</summary>
internal static class AnswerHead
{
    /// <exception cref="ProtocolException">A field cannot be sent on.</exception>
    public static void PassOn(ResponseMessage message, RouterContext context, LaneOptions options)
    {
        try
        {
            Copy(message, context);
        }
        catch (InvalidOperationException exception)
        {
            throw new ProtocolException("its answer has a field that cannot be sent on: " + exception.Message);
        }

        var via = message.Minor == 1 ? options.Via : options.OldVia;
        var headers = context.Response.Headers;
        headers.Via = headers.Via.Count == 0 ? via : StringValues.Concat(headers.Via, via);
    }

    /// <summary>The first field of the name; null when there is none.</summary>
    public static string? Find(ResponseMessage message, string name)
    {
        foreach (var field in message.Fields)
        {
            if (field.Key.Equals(name, StringComparison.OrdinalIgnoreCase)) return field.Value;
        }

        return null;
    }

    private static void Copy(ResponseMessage message, RouterContext context)
    {
        var to = context.Response;
        to.StatusCode = message.Status;
        if (message.Reason.Length > 0 && message.Reason != ReasonPhrases.GetReasonPhrase(message.Status))
            context.Features.GetRequiredFeature<IHttpResponseFeature>().ReasonPhrase = message.Reason;
        var named = message.Named;
        var headers = to.Headers;
        var fields = message.Fields;
        for (var i = 0; i < fields.Length; i++)
        {
            var (name, value) = fields[i];
            if (HopByHop.IsFixed(name) || named?.Contains(name) == true || name.Equals("Content-Length", StringComparison.OrdinalIgnoreCase)) continue;
            headers[name] = headers.TryGetValue(name, out var before) ? StringValues.Concat(before, value) : value;
        }

        // RFC 9110 8.6: a 204 has no Content-Length, and neither has 101.
        if (message.Status is not (StatusCodes.Status204NoContent or StatusCodes.Status101SwitchingProtocols)) headers.ContentLength = message.Length;
    }
}
