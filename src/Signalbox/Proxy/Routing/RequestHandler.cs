using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Signalbox.Proxy.Connections;
using Signalbox.Proxy.Responses;

namespace Signalbox.Proxy.Routing;

/// <summary>
/// The way of a request, once its fields are sound: (1) a proof of ours is answered, and a CA that asks for a name; (2) its target is read; (3) its route is found by host and path; (4) plain HTTP is sent to
/// HTTPS where that is wanted; (5) it is carried to a backend, or (6) answered with what stood in its way.
/// </summary>
internal sealed class RequestHandler(HostIndex index, WellKnown known, HttpsRedirect redirect, Carrier carrier, ErrorAnswers errors)
{
    public Task HandleAsync(HttpContext context)
    {
        // Over HTTP/1.1 the guard has seen to it.
        if (context.Features.Get<IGuardFeature>() is null && FieldFaults.Find(context.Request.Headers) is { } fault)
            return errors.WriteAsync(context, RequestFailure.Unusable(fault.Status, RequestHost.Of(context.Request), fault.Text));
        return WellKnown.IsOne(context) ? AnswerAsync(context) : CarryAsync(context);
    }

    /// <summary>A request on one of those paths that was none of ours is like any other.</summary>
    private async Task AnswerAsync(HttpContext context)
    {
        if (!await known.AnswerAsync(context)) await CarryAsync(context);
    }

    // What needs no wait is done before the first state machine is made: most requests wait in one place alone, for their backend.
    private Task CarryAsync(HttpContext context)
    {
        var carrying = FindAndCarryAsync(context);
        return carrying is { IsCompletedSuccessfully: true, Result: null } ? Task.CompletedTask : FinishAsync(context, carrying);
    }

    private async Task FinishAsync(HttpContext context, ValueTask<RequestFailure?> carrying)
    {
        if (await carrying is { } failure) await errors.WriteAsync(context, failure);
    }

    private ValueTask<RequestFailure?> FindAndCarryAsync(HttpContext context)
    {
        var request = context.Features.GetRequiredFeature<IHttpRequestFeature>();
        var host = RequestHost.Of(context.Request);
        if (request.Method == "CONNECT" && context.Features.Get<IHttpExtendedConnectFeature>()?.IsExtendedConnect != true)
            return new(RequestFailure.Unusable(StatusCodes.Status405MethodNotAllowed, host, "This router carries requests to services; it is no tunnel to other places (CONNECT)."));
        if (request.RawTarget == "*")
        {
            // RFC 9110 9.3.7: OPTIONS * asks about the server as a whole, which is this router.
            context.Response.StatusCode = StatusCodes.Status204NoContent;
            return default;
        }

        if (RequestTarget.Read(request.RawTarget, request.Path) is not { } target)
            return new(RequestFailure.Unusable(StatusCodes.Status400BadRequest, host, "The request's target is not a path, or holds characters that no target may hold (RFC 9112 3.2)."));
        request.RawTarget = target.Forwarded;
        if (index.Match(host, target.Path) is not { } route) return new(RequestFailure.NoRoute(RequestHost.Name(host).ToString(), target.Path));
        return redirect.Answer(context, route) ? default : carrier.CarryAsync(context, route, target.Path);
    }
}
