using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Signalbox.Model;
using Signalbox.Model.Wire;
using Signalbox.Proxy.Connections;
using Signalbox.Proxy.Routing;

namespace Signalbox.Proxy.Responses;

/// <summary>
/// Answers this daemon's own proof requests with the route they would have taken. A request on that path without a nonce of ours is like any other.
/// </summary>
internal sealed class ProofResponder(HostIndex index, ProofNonce nonce)
{
    /// <summary>True when the request may be one.</summary>
    public static bool IsOne(RouterContext context) => context.Message.RawTarget.StartsWith(ProofNonce.Path, StringComparison.Ordinal);

    /// <summary>True when the request was one, and has been answered.</summary>
    public async ValueTask<bool> AnswerAsync(RouterContext context)
    {
        var request = context.Request;
        if (request.Path.Value != ProofNonce.Path || !HttpMethods.IsGet(request.Method) || request.Headers[ProofNonce.Header] is not [{ } signed]) return false;

        var asked = new RouteKey(RequestHost.Name(RequestHost.Of(request)).ToString().ToLowerInvariant(), request.Query[ProofNonce.PathParameter] is [{ Length: > 0 } prefix] ? prefix : "/");
        var route = index.Match(asked.Host, asked.Path);
        // A wildcard's route is asked for under some name that it matches, and signed for as itself.
        if (!nonce.Verify(asked.ToString(), signed) && !(route is not null && nonce.Verify(route.Key.ToString(), signed))) return false;

        context.Response.Headers.CacheControl = "no-store";
        var (type, body) = route is null
            ? (ProblemDocument.MediaType, JsonSerializer.SerializeToUtf8Bytes(Missing(asked), SignalboxJson.Default.ProblemDocument))
            : ("application/json", JsonSerializer.SerializeToUtf8Bytes(new ProofAnswer(route.Key.Host, route.Key.Path, route.Id, route.Revision), SignalboxJson.Default.ProofAnswer));
        context.Response.StatusCode = route is null ? StatusCodes.Status404NotFound : StatusCodes.Status200OK;
        context.Response.ContentType = type;
        context.Response.ContentLength = body.Length;
        await context.Response.Body.WriteAsync(body, context.RequestAborted);
        return true;
    }

    private static ProblemDocument Missing(RouteKey key) =>
        ProblemDocument.Of(StatusCodes.Status404NotFound, new Problem(ProblemType.NotFound, ProblemSide.Request, key.ToString(), "No route matches this name and path."));
}
