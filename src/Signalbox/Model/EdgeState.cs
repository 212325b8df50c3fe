using System.Collections.Immutable;

namespace Signalbox.Model;

/// <summary>The whole set of routes at a revision: immutable, sorted, equal by value. Structure is shared, so a snapshot costs nothing and a change O(log n).</summary>
internal sealed class EdgeState(long revision, ImmutableSortedDictionary<RouteKey, Route> routes) : IEquatable<EdgeState>
{
    public static EdgeState Empty { get; } = new(0, ImmutableSortedDictionary<RouteKey, Route>.Empty);

    public long Revision { get; } = revision;

    public ImmutableSortedDictionary<RouteKey, Route> Routes { get; } = routes;

    public bool Equals(EdgeState? other) =>
        other is not null && Revision == other.Revision && (ReferenceEquals(Routes, other.Routes) || Routes.SequenceEqual(other.Routes));

    public override bool Equals(object? obj) => Equals(obj as EdgeState);

    public override int GetHashCode() => HashCode.Combine(Revision, Routes.Count);
}

/// <summary>What one revision changed against the one before.</summary>
/// <param name="Revision">The revision this leads to.</param>
/// <param name="Set">Routes that are new or differ.</param>
/// <param name="Removed">Keys that no route has any more.</param>
internal sealed record EdgeChange(long Revision, Items<Route> Set, Items<RouteKey> Removed)
{
    public bool IsEmpty => Set.IsEmpty && Removed.IsEmpty;
}
