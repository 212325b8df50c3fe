using System.Globalization;
using Microsoft.AspNetCore.Http;
using Signalbox.Control;
using Signalbox.Model;
using Signalbox.Model.Wire;

namespace Signalbox.Admin.Api;

/// <summary>Everything that only says what is.</summary>
internal sealed class TellEndpoints(EdgeControl control)
{
    private const int DefaultHistory = 50;
    private const int MostHistory = 10_000;

    public Task StatusAsync(HttpContext context) => Answers.JsonAsync(context, control.Status(), SignalboxJson.Default.StatusReport);

    /// <summary>Written as they are formed: a million of them are never held together.</summary>
    public Task RoutesAsync(HttpContext context) => Answers.JsonAsync(context, control.Routes(), SignalboxJson.Default.IEnumerableRouteReport);

    public Task WhyAsync(HttpContext context)
    {
        var url = context.Request.Query["url"].ToString();
        return url.Length == 0
            ? Answers.ProblemAsync(context, StatusCodes.Status400BadRequest, new Problem(ProblemType.InvalidRequest, ProblemSide.Request, "url", "The query parameter url is missing."))
            : Answers.JsonAsync(context, control.Why(url), SignalboxJson.Default.WhyReport);
    }

    public async Task HistoryAsync(HttpContext context)
    {
        var text = context.Request.Query["limit"].ToString();
        var limit = DefaultHistory;
        if (text.Length > 0 && (!int.TryParse(text, NumberStyles.None, null, out limit) || limit is < 1 or > MostHistory))
        {
            await Answers.ProblemAsync(context, StatusCodes.Status400BadRequest, new Problem(ProblemType.InvalidRequest, ProblemSide.Request, "limit", $"The limit is a whole number from 1 to {MostHistory}."));
            return;
        }

        var owner = context.Request.Query["owner"].ToString();
        var entries = await control.HistoryAsync(limit, owner.Length == 0 ? null : owner, context.RequestAborted);
        await Answers.JsonAsync(context, [.. entries], SignalboxJson.Default.HistoryEntryArray);
    }

    public async Task CheckAsync(HttpContext context) =>
        await Answers.JsonAsync(context, await control.CheckAsync(context.Request.Query["fix"] == "true", context.RequestAborted), SignalboxJson.Default.CheckReport);

    /// <summary><c>GET /v1/events</c>: the journal as it is written, one line an entry, from the present on. A reader too slow for it is cut off rather than held in memory.</summary>
    public async Task EventsAsync(HttpContext context)
    {
        using var reader = control.Subscribe();
        context.Response.ContentType = "application/x-ndjson";
        await context.Response.StartAsync(context.RequestAborted);
        await context.Response.BodyWriter.FlushAsync(context.RequestAborted);
        await foreach (var entry in reader.ReadAllAsync(context.RequestAborted)) await Answers.LineAsync(context, entry, SignalboxJson.Default.HistoryEntry);
    }
}
