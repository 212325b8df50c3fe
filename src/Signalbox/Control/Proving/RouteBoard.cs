using System.Collections.Concurrent;
using Signalbox.Control.Writing;
using Signalbox.Model;
using Signalbox.Model.Wire;

namespace Signalbox.Control.Proving;

/// <summary>
/// The one holder of which routes were proved at which revision. A route's state is derived, never stored: quarantined by a plane, pending while nobody can come in
/// by its URL, and until proved at its present revision and one of its backends was seen to accept, live, or backend-down.
/// </summary>
internal sealed class RouteBoard(BackendBoard backends, PlaneBoard planes)
{
    private readonly ConcurrentDictionary<RouteKey, Proof> _proofs = new();

    /// <summary>Why nobody can come in by a route's URL; null when somebody can.</summary>
    public Func<Route, Problem?> Closed { get; init; } = _ => null;

    public RouteStatus Status(Route route)
    {
        if (planes.Refused(route.Key) is { } refused) return new RouteStatus(RouteStates.Quarantined, route.Since, refused);
        if (Closed(route) is { } closed) return new RouteStatus(RouteStates.Pending, route.Since, closed);
        var proved = _proofs.TryGetValue(route.Key, out var proof) && proof.Revision == route.Revision;
        if (!proved) return new RouteStatus(RouteStates.Pending, route.Since, null);
        if (proof.Failure is not null) return new RouteStatus(RouteStates.Pending, proof.At, proof.Failure);
        if (route.Backends.IsEmpty)
        {
            return new RouteStatus(RouteStates.Pending, route.Since, new Problem(ProblemType.BackendDown, ProblemSide.Backend, route.Key.ToString(), "The command behind this name does not listen yet.", "Wait for it, or look at its output.", Retry: true));
        }

        // One that accepts is enough: the router goes past those that do not.
        BackendHealth? down = null;
        var unknown = false;
        foreach (var backend in route.Backends)
        {
            var health = backends.Health(backend);
            if (health.Reach == Reach.Up) return new RouteStatus(RouteStates.Live, Later(health.Since, proof.At), null);
            if (health.Reach == Reach.Unknown) unknown = true;
            else down = health;
        }

        if (unknown || down is null) return new RouteStatus(RouteStates.Pending, proof.At, null);
        return new RouteStatus(RouteStates.BackendDown, down.Since, new Problem(
            ProblemType.BackendDown,
            ProblemSide.Backend,
            route.Backends.ToString(),
            $"The backend is down: {down.Error}.",
            "Start the service again, or point the route elsewhere.",
            Retry: true));
    }

    /// <summary>True when the route was proved at its present revision.</summary>
    public bool IsProved(Route route) => _proofs.TryGetValue(route.Key, out var proof) && proof.Revision == route.Revision && proof.Failure is null;

    /// <summary>When it was proved, for <c>why</c>.</summary>
    public DateTimeOffset? ProvedAt(Route route) => _proofs.TryGetValue(route.Key, out var proof) && proof.Revision == route.Revision && proof.Failure is null ? proof.At : null;

    public void Set(Route route, DateTimeOffset at, Problem? failure) => _proofs[route.Key] = new Proof(route.Revision, at, failure);

    public void Forget(RouteKey key) => _proofs.TryRemove(key, out _);

    /// <summary>Nothing is proved any more: the listeners that it was proved through have gone and come back.</summary>
    public void ForgetAll() => _proofs.Clear();

    private static DateTimeOffset Later(DateTimeOffset one, DateTimeOffset other) => one > other ? one : other;

    private readonly record struct Proof(long Revision, DateTimeOffset At, Problem? Failure);
}
