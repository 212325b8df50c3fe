using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Signalbox.Model;
using Signalbox.Proxy.Connections;
using Signalbox.Proxy.Forwarding;
using Signalbox.Proxy.Responses;

namespace Signalbox.Proxy.Routing;

/// <summary>
/// The way of a request, once its fields are sound: (1) a proof of ours is answered, and a CA that asks for a name; (2) its target is read; (3) its route is found by host and path; (4) plain HTTP is sent to
/// HTTPS where that is wanted; (5) it is carried to a backend, or (6) answered with what stood in its way.
/// </summary>
internal sealed class RequestHandler(HostIndex index, WellKnown known, HttpsRedirect redirect, Carrier carrier, ErrorAnswers errors)
{
    public Task HandleAsync(RouterContext context)
    {
        // Over HTTP/1.1 the guard has seen to it.
        if (context.Guard is null && FieldFaults.Find(context.Request.Headers) is { } fault)
            return errors.WriteAsync(context, RequestFailure.Unusable(fault.Status, RequestHost.Of(context.Request), fault.Text));
        return WellKnown.IsOne(context) ? AnswerAsync(context) : CarryAsync(context);
    }

    /// <summary>A request on one of those paths that was none of ours is like any other.</summary>
    private async Task AnswerAsync(RouterContext context)
    {
        if (!await known.AnswerAsync(context)) await CarryAsync(context);
    }

    // All up to the route needs no wait and no state machine: most requests wait in one place alone, for their backend.
    private Task CarryAsync(RouterContext context)
    {
        var request = context.Message;
        var host = RequestHost.Of(context.Request);
        if (request.Method == "CONNECT" && context.Features.Get<IHttpExtendedConnectFeature>()?.IsExtendedConnect != true)
            return errors.WriteAsync(context, RequestFailure.Unusable(StatusCodes.Status405MethodNotAllowed, host, "This router carries requests to services; it is no tunnel to other places (CONNECT)."));
        if (request.RawTarget == "*")
        {
            // RFC 9110 9.3.7: OPTIONS * asks about the server as a whole, which is this router.
            context.Response.StatusCode = StatusCodes.Status204NoContent;
            return Task.CompletedTask;
        }

        if (RequestTarget.Read(request.RawTarget, request.Path) is not { } target)
            return errors.WriteAsync(context, RequestFailure.Unusable(StatusCodes.Status400BadRequest, host, "The request's target is not a path, or holds characters that no target may hold (RFC 9112 3.2)."));
        request.RawTarget = target.Forwarded;
        if (index.Match(host, target.Path) is not { } route) return errors.WriteAsync(context, RequestFailure.NoRoute(RequestHost.Name(host).ToString(), target.Path));
        if (redirect.Answer(context, route)) return Task.CompletedTask;
        return carrier.LoopOf(context, route) is { } loop ? errors.WriteAsync(context, loop) : CarryAsync(context, route, target.Path);
    }

    private async Task CarryAsync(RouterContext context, Route route, string path)
    {
        var began = carrier.Now;
        var result = await carrier.TryAsync(context, route);
        if (result.Outcome == ForwardOutcome.Done) return;
        if (await carrier.RecoverAsync(context, route, path, result, began) is { } failure) await errors.WriteAsync(context, failure);
    }
}
