using Signalbox.Control.Proving;
using Signalbox.Model;
using Signalbox.Proxy;

namespace Signalbox.Control.Explaining;

/// <summary>What the router's error pages ask.</summary>
internal sealed class RouteDirectory(EdgeHolder edge, BackendBoard backends) : IRouteDirectory
{
    public IReadOnlyList<string> Nearest(string host, int count) => NearestNames.Find(edge.Book.Edge, host, count);

    public (DateTimeOffset Since, string Error)? Down(Route route)
    {
        foreach (var backend in route.Backends)
        {
            var health = backends.Health(backend);
            if (health.Reach == Reach.Down) return (health.Since, health.Error ?? "no connection");
        }

        return null;
    }
}
