using Signalbox.Model;

namespace Signalbox.Proxy.Routing;

/// <summary>
/// The routes of one host, immutable: replaced whole when one of them changes, so a request sees all of a change or nothing of it.
/// Prefixes are held as requests' paths come: percent-decoded, except for <c>%2F</c>.
/// </summary>
internal sealed class HostRoutes
{
    /// <summary>Up to this many prefixes are compared one by one, which is quicker than hashing; a host with more is looked up by segments.</summary>
    private const int FewPrefixes = 8;

    /// <summary>Longest prefix first, so that the first that matches is the longest that does.</summary>
    private readonly (string Prefix, Route Route)[] _sorted;

    private readonly Dictionary<string, Route>? _byPrefix;

    public HostRoutes(IEnumerable<Route> routes)
    {
        _sorted = [.. routes.Select(route => (Decode(route.Key.Path), route)).OrderByDescending(pair => pair.Item1.Length).ThenBy(pair => pair.Item1, StringComparer.Ordinal)];
        if (_sorted.Length <= FewPrefixes) return;
        _byPrefix = new Dictionary<string, Route>(_sorted.Length, StringComparer.Ordinal);
        foreach (var (prefix, route) in _sorted) _byPrefix[prefix] = route;
    }

    public IEnumerable<Route> Routes => _sorted.Select(pair => pair.Route);

    /// <summary>True when the prefix needs no decoding, so that a lone route can stand for itself without this object.</summary>
    public static bool IsPlain(string prefix) => !prefix.Contains('%');

    /// <param name="path">Percent-decoded and without dot segments, as the server gives it.</param>
    public Route? Match(ReadOnlySpan<char> path) => _byPrefix is null ? MatchFew(path) : MatchMany(_byPrefix, path);

    private Route? MatchFew(ReadOnlySpan<char> path)
    {
        foreach (var (prefix, route) in _sorted)
        {
            if (RoutePath.Matches(prefix, path)) return route;
        }

        return null;
    }

    /// <summary>As many look-ups as the path has segments, whatever the number of routes.</summary>
    private static Route? MatchMany(Dictionary<string, Route> byPrefix, ReadOnlySpan<char> path)
    {
        var lookup = byPrefix.GetAlternateLookup<ReadOnlySpan<char>>();
        var rest = path;
        while (rest.Length > 0)
        {
            if (rest.Length <= RoutePath.MaxLength && lookup.TryGetValue(rest, out var route)) return route;
            var slash = rest.LastIndexOf('/');
            if (slash < 0) break;
            rest = rest[..slash];
        }

        return lookup.TryGetValue("/", out var root) ? root : null;
    }

    private static string Decode(string prefix) => IsPlain(prefix) ? prefix : Microsoft.AspNetCore.Http.PathString.FromUriComponent(prefix).Value ?? prefix;
}
