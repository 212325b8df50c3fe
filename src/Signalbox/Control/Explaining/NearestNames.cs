using Signalbox.Model;

namespace Signalbox.Control.Explaining;

/// <summary>Finds the routed names a mistyped one may have meant.</summary>
internal static class NearestNames
{
    /// <summary>Names looked at. A name is compared in about a microsecond, so an error page costs at most some 20 ms even with a million routes.</summary>
    private const int MostCompared = 20_000;

    public static IReadOnlyList<string> Find(EdgeState state, string host, int count)
    {
        var best = new List<(string Host, int Distance)>();
        var compared = 0;
        string? last = null;
        foreach (var key in state.Routes.Keys)
        {
            if (key.Host == last) continue;
            last = key.Host;
            if (++compared > MostCompared) break;
            var distance = Distance(host, key.Host);
            if (distance <= Math.Max(host.Length, key.Host.Length) * 2 / 3) best.Add((key.Host, distance));
        }

        return [.. best.OrderBy(name => name.Distance).ThenBy(name => name.Host, StringComparer.Ordinal).Take(count).Select(name => name.Host)];
    }

    /// <summary>Levenshtein distance (insertions, deletions, substitutions), with one row of memory.</summary>
    internal static int Distance(string one, string other)
    {
        Span<int> row = stackalloc int[HostName.MaxLength + 3];
        if (other.Length >= row.Length || one.Length >= row.Length) return int.MaxValue;
        for (var j = 0; j <= other.Length; j++) row[j] = j;
        for (var i = 1; i <= one.Length; i++)
        {
            var diagonal = row[0];
            row[0] = i;
            for (var j = 1; j <= other.Length; j++)
            {
                var above = row[j];
                row[j] = Math.Min(Math.Min(row[j] + 1, row[j - 1] + 1), diagonal + (one[i - 1] == other[j - 1] ? 0 : 1));
                diagonal = above;
            }
        }

        return row[other.Length];
    }
}
