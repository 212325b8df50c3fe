using Signalbox.Model;

namespace Signalbox.Tests.Control;

/// <summary>A plane that carries what it is given, refuses kinds it is told to, and fails when it is told to.</summary>
internal sealed class RecordingPlane : IPlane
{
    private readonly Lock _lock = new();

    public string Name => "recording";

    public SortedDictionary<RouteKey, Route> Carried { get; } = [];

    public Func<Route, Problem?> Refuse { get; set; } = _ => null;

    public bool Fails { get; set; }

    public ValueTask<PlaneReport> ApplyAsync(EdgeState state, EdgeChange change, CancellationToken cancellation)
    {
        if (Fails) throw new IOException("the plane is broken");
        using var alone = _lock.EnterScope();
        var refused = new List<RefusedRoute>();
        foreach (var key in change.Removed) Carried.Remove(key);
        foreach (var route in change.Set)
        {
            if (Refuse(route) is { } problem)
            {
                Carried.Remove(route.Key);
                refused.Add(new RefusedRoute(route.Key, problem));
            }
            else
            {
                Carried[route.Key] = route;
            }
        }

        return ValueTask.FromResult(new PlaneReport(change.Revision, refused.ToItems()));
    }

    public ValueTask<IReadOnlyDictionary<RouteKey, string>> ObserveAsync(CancellationToken cancellation)
    {
        using var alone = _lock.EnterScope();
        return ValueTask.FromResult<IReadOnlyDictionary<RouteKey, string>>(Carried.ToDictionary(pair => pair.Key, pair => $"{pair.Value.Id}@{pair.Value.Revision}"));
    }
}
