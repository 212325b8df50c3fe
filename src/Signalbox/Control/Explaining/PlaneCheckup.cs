using Signalbox.Control.Writing;
using Signalbox.Model;
using Signalbox.Model.Wire;

namespace Signalbox.Control.Explaining;

/// <summary>Compares what every plane is seen to carry with the edge state, route by route.</summary>
internal sealed class PlaneCheckup(EdgeHolder edge, PlaneBoard planes)
{
    /// <summary>Differences listed for one plane; past that the count is what matters.</summary>
    private const int MostListed = 1000;

    /// <param name="fix">True gives each plane that differs the whole state again, then looks once more.</param>
    /// <param name="cancellation">Stops the look.</param>
    public async Task<CheckReport> CheckAsync(bool fix, CancellationToken cancellation)
    {
        var report = await LookAsync(cancellation);
        if (!fix || report.Ok) return report;
        var state = edge.Book.Edge;
        await planes.ApplyAsync(state, new EdgeChange(state.Revision, state.Routes.Values.ToItems(), Extras(report)), cancellation);
        return await LookAsync(cancellation);
    }

    private async Task<CheckReport> LookAsync(CancellationToken cancellation)
    {
        var checks = new List<PlaneCheck>();
        foreach (var plane in planes.Planes)
        {
            var found = await plane.ObserveAsync(cancellation);
            var drift = new List<DriftEntry>();
            foreach (var route in edge.Book.Edge.Routes.Values)
            {
                if (drift.Count >= MostListed) break;
                if (planes.Refused(route.Key) is not null) continue;
                var expected = $"{route.Id}@{route.Revision}";
                if (!found.TryGetValue(route.Key, out var carried)) drift.Add(new DriftEntry("missing", route.Key.ToString(), expected, null));
                else if (carried != expected) drift.Add(new DriftEntry("different", route.Key.ToString(), expected, carried));
            }

            foreach (var (key, carried) in found)
            {
                if (drift.Count >= MostListed) break;
                if (!edge.Book.Edge.Routes.ContainsKey(key)) drift.Add(new DriftEntry("extra", key.ToString(), null, carried));
            }

            checks.Add(new PlaneCheck(plane.Name, drift.Count == 0 ? "in-step" : "drifted", [.. drift]));
        }

        return new CheckReport(checks.TrueForAll(check => check.Drift.Length == 0), [.. checks]);
    }

    private static Items<RouteKey> Extras(CheckReport report) =>
        report.Planes.SelectMany(plane => plane.Drift).Where(drift => drift.Kind == "extra").Select(drift => Key(drift.Route)).Distinct().ToItems();

    private static RouteKey Key(string text)
    {
        var slash = text.IndexOf('/', StringComparison.Ordinal);
        return slash < 0 ? new RouteKey(text, "/") : new RouteKey(text[..slash], text[slash..]);
    }
}
