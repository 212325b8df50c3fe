using Microsoft.AspNetCore.Http;
using Signalbox.Control.Merging;
using Signalbox.Control.Writing;
using Signalbox.Model;
using Signalbox.Model.Wire;

namespace Signalbox.Admin.Api;

/// <summary>Lasting routes: <c>route add</c> and <c>route rm</c>.</summary>
internal sealed class RouteEndpoints(ChangingServices changing, TellingServices telling)
{
    /// <summary>How long a caller is kept for the proof. It takes milliseconds; a backend that swallows connections takes 5 s to be called down.</summary>
    private static readonly TimeSpan ProofWait = TimeSpan.FromSeconds(10);

    /// <summary><c>PUT /v1/routes</c>: 1. check, 2. write, 3. prove, 4. answer with what was seen. An answer that says live was proved.</summary>
    public async Task PutAsync(HttpContext context)
    {
        if (await Answers.ReadAsync(context, SignalboxJson.Default.ClaimRequest) is not { } request) return;
        var valid = request.Validate(ClaimLife.Lasting);
        if (!valid.Succeeded)
        {
            await Answers.ProblemsAsync(context, valid.Problems);
            return;
        }

        var claim = valid.Value;
        var written = await changing.Writer.WriteAsync(new AdmitWish(claim, request.Take, RefuseConflicts: true));
        if (!written.Succeeded)
        {
            await Answers.ProblemsAsync(context, written.Problems);
            return;
        }

        var keys = ClaimBook.KeysOf(claim).ToList();
        using var watch = telling.Boards.Watches.Watch(keys);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted);
        limit.CancelAfter(ProofWait);
        changing.Prover.ProveNow(keys);
        try
        {
            while (Reports(claim, keys).Any(report => report.State == RouteStates.Pending)) await watch.WaitAsync(limit.Token);
        }
        catch (OperationCanceledException) when (!context.RequestAborted.IsCancellationRequested)
        {
            // Not proved in time: the answer says pending, and why.
        }

        await Answers.JsonAsync(context, Reports(claim, keys), SignalboxJson.Default.RouteReportArray);
    }

    /// <summary><c>DELETE /v1/routes?host=H&amp;path=P</c></summary>
    public async Task DeleteAsync(HttpContext context)
    {
        var host = HostName.Parse(context.Request.Query["host"]);
        var path = RoutePath.Parse(context.Request.Query["path"]);
        if (!host.Succeeded || !path.Succeeded)
        {
            await Answers.ProblemsAsync(context, host.Succeeded ? path.Problems : host.Problems);
            return;
        }

        var owner = Naming.RouteOwner(host.Value, path.Value);
        var key = new RouteKey(host.Value, path.Value);
        var standing = telling.Routes.Of(key).ToList();
        if (standing.All(report => report.Owner != owner.ToString()))
        {
            var other = standing.FirstOrDefault();
            await Answers.ProblemAsync(context, StatusCodes.Status404NotFound, new Problem(
                ProblemType.NotFound,
                ProblemSide.Request,
                key.ToString(),
                other is null ? "There is no such route." : $"This route was not made by `route add`; it belongs to {other.Owner}{(other.Label is null ? "" : $" ({other.Label})")}.",
                other is null ? "See `signalbox routes`." : Remedy(other.Source)));
            return;
        }

        var written = await changing.Writer.WriteAsync(new ReleaseWish([owner]));
        if (written.Succeeded) context.Response.StatusCode = StatusCodes.Status204NoContent;
        else await Answers.ProblemsAsync(context, written.Problems);
    }

    private RouteReport[] Reports(Claim claim, IEnumerable<RouteKey> keys) =>
        [.. keys.SelectMany(telling.Routes.Of).Where(report => report.Owner == claim.Owner.ToString())];

    private static string Remedy(string source) => source switch
    {
        Owner.Dev => "Stop its command.",
        Owner.File => "Remove it from the config file.",
        _ => "End it where it was made.",
    };
}
