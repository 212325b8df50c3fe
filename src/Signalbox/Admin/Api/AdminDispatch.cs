using Microsoft.AspNetCore.Http;
using Signalbox.Control;
using Signalbox.Model;
using Signalbox.Model.Wire;

namespace Signalbox.Admin.Api;

/// <summary>
/// Which request goes where. A table instead of the framework's endpoint routing: a dozen fixed paths, and the daemon answers its first caller sooner.
/// </summary>
internal sealed class AdminDispatch(EdgeControl control, Action stop)
{
    private readonly RouteEndpoints _routes = new(control);
    private readonly LeaseEndpoints _leases = new(control);
    private readonly TellEndpoints _tell = new(control);

    public async Task HandleAsync(HttpContext context)
    {
        try
        {
            await RouteAsync(context);
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            // The caller has gone; nobody is there to be answered.
        }
        catch (BadHttpRequestException error)
        {
            await Answers.ProblemAsync(context, error.StatusCode, new Problem(ProblemType.InvalidRequest, ProblemSide.Request, context.Request.Path, error.Message));
        }
    }

    private Task RouteAsync(HttpContext context)
    {
        var path = context.Request.Path.Value ?? "";
        switch (context.Request.Method, path)
        {
            case ("GET", "/v1/status"): return _tell.StatusAsync(context);
            case ("GET", "/v1/routes"): return _tell.RoutesAsync(context);
            case ("GET", "/v1/why"): return _tell.WhyAsync(context);
            case ("GET", "/v1/history"): return _tell.HistoryAsync(context);
            case ("GET", "/v1/certs"): return _tell.CertificatesAsync(context);
            case ("GET", "/v1/check"): return _tell.CheckAsync(context);
            case ("GET", "/v1/events"): return _tell.EventsAsync(context);
            case ("PUT", "/v1/routes"): return _routes.PutAsync(context);
            case ("DELETE", "/v1/routes"): return _routes.DeleteAsync(context);
            case ("POST", "/v1/leases"): return _leases.TakeAsync(context);
            case ("POST", "/v1/ports"): return _leases.PortAsync(context);
            case ("POST", "/v1/shutdown"):
                context.Response.StatusCode = StatusCodes.Status202Accepted;
                context.Response.OnCompleted(() =>
                {
                    stop();
                    return Task.CompletedTask;
                });
                return Task.CompletedTask;
            case ("PUT", _) when path.StartsWith("/v1/leases/", StringComparison.Ordinal):
                return _leases.UpdateAsync(context, path["/v1/leases/".Length..]);
            default:
                return Answers.ProblemAsync(context, StatusCodes.Status404NotFound, new Problem(
                    ProblemType.NotFound, ProblemSide.Request, $"{context.Request.Method} {path}", "The API has no such call.", "See docs/api.md for the calls there are."));
        }
    }
}
