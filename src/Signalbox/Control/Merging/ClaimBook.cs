using System.Collections.Immutable;
using Signalbox.Model;

namespace Signalbox.Control.Merging;

/// <summary>
/// All claims and the edge state they make. Immutable with shared structure: a change costs O(log n) in the number of claims and leaves the
/// old book as it was. Replace, never append: one owner has one claim.
/// </summary>
internal sealed class ClaimBook
{
    public static ClaimBook Empty { get; } = new(
        ImmutableDictionary<Owner, Claim>.Empty,
        ImmutableDictionary<RouteKey, ImmutableArray<Claim>>.Empty,
        EdgeState.Empty);

    private readonly ImmutableDictionary<Owner, Claim> _claims;
    private readonly ImmutableDictionary<RouteKey, ImmutableArray<Claim>> _contenders;

    private ClaimBook(ImmutableDictionary<Owner, Claim> claims, ImmutableDictionary<RouteKey, ImmutableArray<Claim>> contenders, EdgeState edge)
    {
        _claims = claims;
        _contenders = contenders;
        Edge = edge;
    }

    public EdgeState Edge { get; }

    public IEnumerable<Claim> Claims => _claims.Values;

    public int Count => _claims.Count;

    public Claim? Find(Owner owner) => _claims.GetValueOrDefault(owner);

    /// <summary>Everyone who claims this host and path; the winner is <see cref="Precedence.Winner"/> of them.</summary>
    public ImmutableArray<Claim> Contenders(RouteKey key) => _contenders.TryGetValue(key, out var claims) ? claims : [];

    /// <summary>Every host and path somebody claims.</summary>
    public IEnumerable<KeyValuePair<RouteKey, ImmutableArray<Claim>>> AllContenders => _contenders;

    /// <summary>The keys a claim contends for.</summary>
    public static IEnumerable<RouteKey> KeysOf(Claim claim)
    {
        foreach (var host in claim.Hosts) yield return new RouteKey(host, claim.Path);
    }

    /// <summary>The book after these owners left and these claims came in (replacing what their owners claimed before), at a revision.</summary>
    public (ClaimBook Book, EdgeChange Change) Apply(IReadOnlyCollection<Owner> removed, IReadOnlyCollection<Claim> put, long revision)
    {
        var claims = _claims.ToBuilder();
        var contenders = _contenders.ToBuilder();
        var touched = new HashSet<RouteKey>(put.Count + removed.Count);
        foreach (var owner in removed)
        {
            if (claims.TryGetValue(owner, out var old) && claims.Remove(owner)) Withdraw(old);
        }

        foreach (var claim in put)
        {
            if (claims.TryGetValue(claim.Owner, out var old))
            {
                if (old == claim) continue;
                Withdraw(old);
            }

            claims[claim.Owner] = claim;
            foreach (var key in KeysOf(claim))
            {
                contenders[key] = contenders.TryGetValue(key, out var others) ? others.Add(claim) : [claim];
                touched.Add(key);
            }
        }

        var set = new List<Route>(touched.Count);
        var gone = new List<RouteKey>();
        foreach (var key in touched)
        {
            if (!contenders.TryGetValue(key, out var claimants))
            {
                if (Edge.Routes.ContainsKey(key)) gone.Add(key);
                continue;
            }

            var route = Precedence.Resolve(key, claimants, revision);

            // Equal means untouched: a route that is what it was keeps its revision, its proof and its place in every plane.
            if (Edge.Routes.TryGetValue(key, out var before) && before == route with { Revision = before.Revision }) continue;
            set.Add(route);
        }

        var routes = Changed(Edge.Routes, set, gone);
        var edge = new EdgeState(revision, routes);
        return (new ClaimBook(claims.ToImmutable(), contenders.ToImmutable(), edge), new EdgeChange(revision, set.ToItems(), gone.ToItems()));

        void Withdraw(Claim old)
        {
            foreach (var key in KeysOf(old))
            {
                var left = contenders[key].RemoveAll(claim => claim.Owner == old.Owner);
                if (left.IsEmpty) contenders.Remove(key);
                else contenders[key] = left;
                touched.Add(key);
            }
        }
    }

    private static ImmutableSortedDictionary<RouteKey, Route> Changed(ImmutableSortedDictionary<RouteKey, Route> routes, List<Route> set, List<RouteKey> gone)
    {
        // From nothing the tree is built whole out of the sorted routes, in a fraction of the time that adding them one by one takes.
        if (routes.IsEmpty && set.Count > 1) return ImmutableSortedDictionary.CreateRange(set.Select(route => KeyValuePair.Create(route.Key, route)));
        var builder = routes.ToBuilder();
        foreach (var key in gone) builder.Remove(key);
        foreach (var route in set) builder[route.Key] = route;
        return builder.ToImmutable();
    }
}
