using Microsoft.AspNetCore.Http;
using Signalbox.Control;
using Signalbox.Model.Wire;

namespace Signalbox.Admin.Api;

/// <summary>Lasting routes: <c>route add</c> and <c>route rm</c>.</summary>
internal sealed class RouteEndpoints(EdgeControl control)
{
    /// <summary><c>PUT /v1/routes</c>: answered after the proof.</summary>
    public async Task PutAsync(HttpContext context)
    {
        if (await Answers.ReadAsync(context, SignalboxJson.Default.ClaimRequest) is not { } request) return;
        var put = await control.PutRouteAsync(request, context.RequestAborted);
        if (put.Succeeded) await Answers.JsonAsync(context, put.Value, SignalboxJson.Default.RouteReportArray);
        else await Answers.ProblemsAsync(context, put.Problems);
    }

    /// <summary><c>DELETE /v1/routes?host=H&amp;path=P</c></summary>
    public async Task DeleteAsync(HttpContext context)
    {
        var query = context.Request.Query;
        if (await control.RemoveRouteAsync(query["host"], query["path"]) is { } problem) await Answers.ProblemsAsync(context, [problem]);
        else context.Response.StatusCode = StatusCodes.Status204NoContent;
    }
}
