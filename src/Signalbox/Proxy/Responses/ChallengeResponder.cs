using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Signalbox.Model;
using Signalbox.Proxy.Connections;

namespace Signalbox.Proxy.Responses;

/// <summary>
/// Answers a CA's question for a token of ours (RFC 8555 8.3), for every name, routed or not, before any route or redirect is looked at. A token that is not ours
/// is like any other request: the service behind the name may speak with a CA of its own.
/// </summary>
internal sealed class ChallengeResponder(IChallengeAnswers answers)
{
    /// <summary>True when the request may be one.</summary>
    public static bool IsOne(string target) => target.StartsWith(IChallengeAnswers.Path, StringComparison.Ordinal);

    /// <summary>True when the request was for one of our tokens, and has been answered.</summary>
    public async ValueTask<bool> AnswerAsync(RouterContext context)
    {
        var target = context.Message.RawTarget;
        if (!IsOne(target) || !(HttpMethods.IsGet(context.Request.Method) || HttpMethods.IsHead(context.Request.Method))) return false;
        var query = target.IndexOf('?');
        var token = query < 0 ? target[IChallengeAnswers.Path.Length..] : target[IChallengeAnswers.Path.Length..query];
        if (answers.Find(token) is not { } authorization) return false;

        // The key authorization is base64url and a dot: one byte a character.
        var body = Encoding.ASCII.GetBytes(authorization);
        context.Response.StatusCode = StatusCodes.Status200OK;
        context.Response.ContentType = "application/octet-stream";
        context.Response.ContentLength = body.Length;
        // Whoever stands between must not answer the next question with this one's.
        context.Response.Headers.CacheControl = "no-store";
        if (!HttpMethods.IsHead(context.Request.Method)) await context.Response.Body.WriteAsync(body, context.RequestAborted);
        return true;
    }
}
