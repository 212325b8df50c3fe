using Signalbox.Model;

namespace Signalbox.Control.Writing;

/// <summary>Two changes in a row as one.</summary>
internal static class EdgeChanges
{
    public static EdgeChange Join(EdgeChange first, EdgeChange second)
    {
        var set = first.Set.ToDictionary(route => route.Key);
        var removed = first.Removed.ToHashSet();
        foreach (var route in second.Set)
        {
            set[route.Key] = route;
            removed.Remove(route.Key);
        }

        foreach (var key in second.Removed)
        {
            set.Remove(key);
            removed.Add(key);
        }

        return new EdgeChange(second.Revision, set.Values.ToItems(), removed.ToItems());
    }
}
