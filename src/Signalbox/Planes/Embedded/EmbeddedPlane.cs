using Signalbox.Model;
using Signalbox.Proxy;

namespace Signalbox.Planes.Embedded;

/// <summary>The plane that is our own router. Changes are applied by difference, in the order of O(changed).</summary>
internal sealed class EmbeddedPlane(Router router) : IPlane
{
    public string Name => "embedded";

    public ValueTask<PlaneReport> ApplyAsync(EdgeState state, EdgeChange change, CancellationToken cancellation)
    {
        List<RefusedRoute>? refused = null;
        foreach (var route in change.Set)
        {
            if (route.Kind != RouteKind.Http) (refused ??= []).Add(new RefusedRoute(route.Key, Unsupported(route)));
        }

        if (refused is null)
        {
            router.Apply(change);
            return ValueTask.FromResult(new PlaneReport(change.Revision, default));
        }

        // A route that was carried and now cannot be must go, or the old one would answer for the new.
        var carried = change.Set.Where(route => route.Kind == RouteKind.Http).ToItems();
        var removed = change.Removed.Concat(refused.Select(route => route.Key)).ToItems();
        router.Apply(new EdgeChange(change.Revision, carried, removed));
        return ValueTask.FromResult(new PlaneReport(change.Revision, refused.ToItems()));
    }

    public ValueTask<IReadOnlyDictionary<RouteKey, string>> ObserveAsync(CancellationToken cancellation) => ValueTask.FromResult(router.Observe());

    private static Problem Unsupported(Route route) => new(
        ProblemType.Unsupported,
        ProblemSide.Request,
        route.Key.ToString(),
        $"The embedded router does not carry routes of kind {(route.Kind == RouteKind.Tcp ? "tcp" : "tls-passthrough")} in this version.",
        "Use kind http.");
}
