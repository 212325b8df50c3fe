using System.Buffers;
using Microsoft.AspNetCore.Http;

namespace Signalbox.Proxy.Routing;

/// <summary>
/// What of a request's target (RFC 9112 3.2) is forwarded, and what is matched. The target goes to the backend as it was sent, byte for byte, with one
/// exception: dot segments, plain or as <c>%2e</c>, are removed first (RFC 3986 5.2.4). The match sees the path after that, so with the target unchanged
/// <c>/v1/../admin</c> would be let in as <c>/admin</c> or <c>/v1</c> by us and understood as the other by the backend.
/// </summary>
/// <param name="Forwarded">Path and query in origin-form.</param>
/// <param name="Path">Percent-decoded (except <c>%2F</c>) and free of dot segments.</param>
internal readonly record struct RequestTarget(string Forwarded, string Path)
{
    /// <summary>What may stand in a request line, as <see cref="Connections.Octets.Target"/> has it: no controls, space, <c>#</c>, and nothing outside ASCII. HTTP/2 would let some of it through to an HTTP/1.1 backend.</summary>
    private static readonly SearchValues<char> Visible = SearchValues.Create(
        "!\"$%&'()*+,-./0123456789:;<=>?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[\\]^_`abcdefghijklmnopqrstuvwxyz{|}~");

    /// <summary>Null when the target is neither in origin-form nor in absolute-form, or holds what no target may hold.</summary>
    /// <param name="raw">The target as sent.</param>
    /// <param name="decoded">The server's own decoded path of an origin-form target.</param>
    public static RequestTarget? Read(string raw, string decoded)
    {
        if (raw.Length == 0 || raw.AsSpan().ContainsAnyExcept(Visible)) return null;
        if (raw[0] == '/' && !HasDotSegments(raw)) return new RequestTarget(raw, decoded);
        var origin = raw[0] == '/' ? raw : OriginForm(raw);
        if (origin is null) return null;
        var query = origin.IndexOf('?', StringComparison.Ordinal);
        var path = RemoveDotSegments(query < 0 ? origin : origin[..query]);
        return new RequestTarget(query < 0 ? path : path + origin[query..], PathString.FromUriComponent(path).Value ?? "/");
    }

    /// <summary>RFC 9112 3.2.2: a server must accept absolute-form, and the origin gets what stands after the authority.</summary>
    private static string? OriginForm(string absolute)
    {
        var scheme = absolute.IndexOf("://", StringComparison.Ordinal);
        if (scheme <= 0) return null;
        var end = absolute.AsSpan(scheme + 3).IndexOfAny('/', '?');
        if (end < 0) return "/";
        var rest = absolute[(scheme + 3 + end)..];
        return rest[0] == '/' ? rest : "/" + rest;
    }

    private static bool HasDotSegments(string target)
    {
        var query = target.IndexOf('?', StringComparison.Ordinal);
        var path = query < 0 ? target.AsSpan() : target.AsSpan(0, query);
        if (!path.Contains("/.", StringComparison.Ordinal) && !path.Contains("/%2e", StringComparison.OrdinalIgnoreCase)) return false;
        foreach (var range in path.Split('/'))
        {
            if (Dots(path[range]) > 0) return true;
        }

        return false;
    }

    /// <summary>1 for <c>.</c>, 2 for <c>..</c>, each dot plain or as <c>%2e</c>; 0 for every other segment.</summary>
    private static int Dots(ReadOnlySpan<char> segment)
    {
        var dots = 0;
        while (segment.Length > 0)
        {
            if (segment[0] == '.') segment = segment[1..];
            else if (segment.StartsWith("%2e", StringComparison.OrdinalIgnoreCase)) segment = segment[3..];
            else return 0;
            if (++dots > 2) return 0;
        }

        return dots;
    }

    private static string RemoveDotSegments(string path)
    {
        var kept = new List<string>();
        var segments = path.Split('/');
        for (var i = 1; i < segments.Length; i++)
        {
            var dots = Dots(segments[i]);
            if (dots == 0)
            {
                kept.Add(segments[i]);
                continue;
            }

            if (dots == 2 && kept.Count > 0) kept.RemoveAt(kept.Count - 1);
            // "/a/.." is "/": a last dot segment leaves the slash before it.
            if (i == segments.Length - 1) kept.Add("");
        }

        return "/" + string.Join('/', kept);
    }
}
