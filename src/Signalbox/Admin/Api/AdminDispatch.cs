using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Signalbox.Control;
using Signalbox.Model;
using Signalbox.Model.Wire;

namespace Signalbox.Admin.Api;

/// <summary>
/// Which request goes where. A table instead of the framework's endpoint routing: a dozen fixed paths, and the daemon answers its first caller sooner.
/// </summary>
internal sealed class AdminDispatch(EdgeControl control, Action stop, ILogger logger)
{
    private readonly RouteEndpoints _routes = new(control);
    private readonly LeaseEndpoints _leases = new(control);
    private readonly CertificateEndpoints _certificates = new(control);
    private readonly TellEndpoints _tell = new(control);

    public async Task HandleAsync(HttpContext context)
    {
        try
        {
            await RouteAsync(context);
        }
        catch (Exception) when (context.RequestAborted.IsCancellationRequested)
        {
            // The caller has gone; nobody is there to be answered.
        }
        catch (BadHttpRequestException error)
        {
            await Answers.ProblemAsync(context, error.StatusCode, new Problem(ProblemType.InvalidRequest, ProblemSide.Request, "body", error.Message));
        }
        catch (Exception error)
        {
            // A fault of ours. A stream that has begun can only be cut; every other caller gets a problem like for everything else.
            logger.LogError(error, "{Method} {Path} failed inside the daemon.", context.Request.Method, context.Request.Path);
            if (context.Response.HasStarted) context.Abort();
            else await Answers.ProblemAsync(context, StatusCodes.Status500InternalServerError, new Problem("internal", ProblemSide.Daemon, context.Request.Path, $"The call failed inside the daemon: {error.Message}", "See daemon.log in the home."));
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
            case ("GET", "/v1/certs"): return _certificates.ListAsync(context);
            case ("GET", "/v1/certs/show"): return _certificates.ShowAsync(context);
            case ("POST", "/v1/certs/renew"): return _certificates.RenewAsync(context);
            case ("POST", "/v1/certs/revoke"): return _certificates.RevokeAsync(context);
            case ("POST", "/v1/certs/import"): return _certificates.ImportAsync(context);
            case ("DELETE", "/v1/certs"): return _certificates.RemoveAsync(context);
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
