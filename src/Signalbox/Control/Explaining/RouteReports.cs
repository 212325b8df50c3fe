using Signalbox.Control.Merging;
using Signalbox.Control.Proving;
using Signalbox.Control.Writing;
using Signalbox.Model;
using Signalbox.Model.Wire;

namespace Signalbox.Control.Explaining;

/// <summary>Shows claims as users see them: the winners with their state, the shadowed with whom they lost to.</summary>
internal sealed class RouteReports(EdgeHolder edge, RouteBoard board, RefusalBoard refusals, ListenerBook listeners, TimeProvider time)
{
    /// <summary>Every claim on every host and path, sorted by host and path, the winner of each first; then who was refused of late.</summary>
    public IEnumerable<RouteReport> All()
    {
        var book = edge.Book;
        foreach (var key in book.Edge.Routes.Keys)
        {
            foreach (var report in Of(book, key)) yield return report;
        }

        foreach (var refusal in refusals.All()) yield return Refused(refusal);
    }

    /// <summary>Who was refused this host and path of late.</summary>
    public IEnumerable<RouteReport> RefusedFor(RouteKey key) => refusals.All().Where(refusal => refusal.Key == key).Select(Refused);

    /// <summary>The claims on one host and path, the winner first.</summary>
    public IEnumerable<RouteReport> Of(RouteKey key) => Of(edge.Book, key);

    public RouteCounts Count()
    {
        var book = edge.Book;
        int live = 0, pending = 0, down = 0, quarantined = 0;
        foreach (var route in book.Edge.Routes.Values)
        {
            switch (board.Status(route).State)
            {
                case RouteStates.Live: live++; break;
                case RouteStates.BackendDown: down++; break;
                case RouteStates.Quarantined: quarantined++; break;
                default: pending++; break;
            }
        }

        var claimed = 0;
        foreach (var (_, contenders) in book.AllContenders) claimed += contenders.Length;
        return new RouteCounts(live, pending, down, claimed - book.Edge.Routes.Count, quarantined);
    }

    private IEnumerable<RouteReport> Of(ClaimBook book, RouteKey key)
    {
        if (!book.Edge.Routes.TryGetValue(key, out var route) || book.Find(route.Owner) is not { } winner) yield break;
        var status = board.Status(route);

        // The route's backends are those of the whole group.
        yield return OfClaim(key, winner with { Backends = route.Backends }, status, route.Revision);
        foreach (var claim in book.Contenders(key))
        {
            if (claim.Owner == winner.Owner) continue;
            var own = Precedence.Joins(claim, winner) ? status : new RouteStatus(RouteStates.Shadowed, null, Shadow(key, claim, winner));
            yield return OfClaim(key, claim, own, route.Revision);
        }
    }

    private RouteReport Refused(Refusal refusal) =>
        OfClaim(refusal.Key, refusal.Claim with { Since = refusal.At }, new RouteStatus(RouteStates.Refused, refusal.At, refusal.Problem), edge.Book.Edge.Revision);

    private RouteReport OfClaim(RouteKey key, Claim claim, RouteStatus status, long revision) => new()
    {
        Id = claim.Id,
        Host = key.Host,
        Path = key.Path,
        Kind = Kind(claim.Kind),
        State = status.State,
        Owner = claim.Owner.ToString(),
        Source = claim.Owner.Source,
        Backends = [.. claim.Backends.Select(backend => backend.ToString())],
        Url = listeners.Url(key, claim.Tls),
        Since = claim.Since,
        StateSince = status.Since,
        Revision = revision,
        Label = claim.Label,
        Problem = status.Problem,
    };

    private Problem Shadow(RouteKey key, Claim loser, Claim winner)
    {
        var why = winner.ProjectKey == loser.ProjectKey
            ? loser.Backends.IsEmpty ? "it does not listen yet" : "a newer claim of the same project has the name"
            : winner.Taken is not null ? "the name was taken" : "the other held it first";
        var since = winner.Since > loser.Since ? winner.Since : loser.Since;
        return new Problem(
            ProblemType.HostInUse,
            ProblemSide.Request,
            key.ToString(),
            $"Shadowed by {Words.Holder(winner)} ({winner.Id}) for {Words.Span(time.GetUtcNow() - since)}: {why}.",
            "It comes back by itself when the other leaves.");
    }

    private static string Kind(RouteKind kind) => kind switch { RouteKind.Tcp => "tcp", RouteKind.TlsPassthrough => "tls-passthrough", _ => "http" };
}
