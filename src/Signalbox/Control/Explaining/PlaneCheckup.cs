using System.Globalization;
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
        await planes.ReapplyAsync(edge, Extras(report), cancellation);
        return await LookAsync(cancellation);
    }

    private async Task<CheckReport> LookAsync(CancellationToken cancellation)
    {
        var checks = new List<PlaneCheck>();
        foreach (var plane in planes.Planes)
        {
            // Only what stood still while the plane was looked at can be judged; a change under way is no drift.
            var before = await planes.GivenAsync(cancellation);
            var found = await plane.ObserveAsync(cancellation);
            var after = await planes.GivenAsync(cancellation);
            var drift = new List<DriftEntry>();
            foreach (var route in before.Routes.Values)
            {
                if (drift.Count >= MostListed) break;
                var expected = Text(route);
                if (found.TryGetValue(route.Key, out var carried) && carried == expected) continue;
                if (planes.Refused(route.Key) is not null || after.Routes.GetValueOrDefault(route.Key) != route) continue;
                drift.Add(new DriftEntry(carried is null ? "missing" : "different", route.Key.ToString(), expected, carried));
            }

            foreach (var (key, carried) in found)
            {
                if (drift.Count >= MostListed) break;
                if (before.Routes.ContainsKey(key) || after.Routes.ContainsKey(key) || RevisionOf(carried) > before.Revision) continue;
                drift.Add(new DriftEntry("extra", key.ToString(), null, carried));
            }

            checks.Add(new PlaneCheck(plane.Name, drift.Count == 0 ? "in-step" : "drifted", [.. drift]));
        }

        return new CheckReport(checks.TrueForAll(check => check.Drift.Length == 0), [.. checks]);
    }

    private static string Text(Route route) => $"{route.Id}@{route.Revision}";

    private static long RevisionOf(string carried) => long.TryParse(carried.AsSpan(carried.LastIndexOf('@') + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var revision) ? revision : 0;

    private static Items<RouteKey> Extras(CheckReport report) =>
        report.Planes.SelectMany(plane => plane.Drift).Where(drift => drift.Kind == "extra").Select(drift => Key(drift.Route)).Distinct().ToItems();

    private static RouteKey Key(string text)
    {
        var slash = text.IndexOf('/', StringComparison.Ordinal);
        return slash < 0 ? new RouteKey(text, "/") : new RouteKey(text[..slash], text[slash..]);
    }
}
