using Microsoft.AspNetCore.Http;
using Signalbox.Control;
using Signalbox.Model.Wire;

namespace Signalbox.Admin.Api;

/// <summary>Leases and the ports for the commands behind them.</summary>
internal sealed class LeaseEndpoints(EdgeControl control)
{
    /// <summary>
    /// <c>POST /v1/leases</c>: 1. read and check the wish, 2. take the lease, 3. stream what happens for as long as the connection lives, 4. end it.
    /// The kernel closes the connection when the holder is killed, so nothing needs a heartbeat.
    /// </summary>
    public async Task TakeAsync(HttpContext context)
    {
        if (await Answers.ReadAsync(context, SignalboxJson.Default.ClaimRequest) is not { } request) return;
        var taken = await control.TakeLeaseAsync(request, context.RequestAborted);
        if (!taken.Succeeded)
        {
            await Answers.ProblemsAsync(context, taken.Problems);
            return;
        }

        // Ended also when the writing fails: the connection is gone, and with it the lease.
        await using var lease = taken.Value;
        context.Response.ContentType = "application/x-ndjson";
        await foreach (var told in lease.EventsAsync(context.RequestAborted))
        {
            await Answers.LineAsync(context, told, SignalboxJson.Default.LeaseEvent);
        }
    }

    /// <summary><c>PUT /v1/leases/{id}</c></summary>
    public async Task UpdateAsync(HttpContext context, string id)
    {
        if (await Answers.ReadAsync(context, SignalboxJson.Default.LeaseUpdate) is not { } update) return;
        if (await control.UpdateLeaseAsync(id, update) is { IsEmpty: false } problems) await Answers.ProblemsAsync(context, problems);
        else context.Response.StatusCode = StatusCodes.Status204NoContent;
    }

    /// <summary><c>POST /v1/ports</c></summary>
    public Task PortAsync(HttpContext context)
    {
        var port = control.ReservePort();
        return port.Succeeded ? Answers.JsonAsync(context, port.Value, SignalboxJson.Default.PortGrant) : Answers.ProblemsAsync(context, port.Problems);
    }
}
