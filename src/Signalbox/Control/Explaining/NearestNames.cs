using System.Numerics;
using Signalbox.Model;

namespace Signalbox.Control.Explaining;

/// <summary>Finds the routed names a mistyped one may have meant. Asked for every request to an unknown name, so it is kept to a millisecond or two.</summary>
internal static class NearestNames
{
    /// <summary>Names looked at. One is passed over in about 50 ns, so that even with a million routes an unknown name costs 1 ms.</summary>
    private const int MostCompared = 20_000;

    /// <summary>Where there are no more names than this, a distant relative is still a help; among many, only a slip of the hand is.</summary>
    private const int Few = 200;

    public static IReadOnlyList<string> Find(EdgeState state, string host, int count)
    {
        var limit = state.Routes.Count <= Few ? host.Length * 2 / 3 : Math.Max(2, host.Length / 3);
        var letters = Letters(host);
        var best = new List<(string Host, int Distance)>();
        var compared = 0;
        string? last = null;
        foreach (var key in state.Routes.Keys)
        {
            if (key.Host == last) continue;
            last = key.Host;
            if (++compared > MostCompared) break;

            // One edit adds or removes one letter, or swaps one for another: at most two letters differ for each.
            if (Math.Abs(key.Host.Length - host.Length) > limit || BitOperations.PopCount(letters ^ Letters(key.Host)) > 2 * limit) continue;
            var distance = Distance(host, key.Host, limit);
            if (distance <= limit) best.Add((key.Host, distance));
        }

        return [.. best.OrderBy(name => name.Distance).ThenBy(name => name.Host, StringComparer.Ordinal).Take(count).Select(name => name.Host)];
    }

    /// <summary>Levenshtein distance (insertions, deletions, substitutions) with one row of memory; any number above the limit once it is sure to be above.</summary>
    internal static int Distance(string one, string other, int limit)
    {
        Span<int> row = stackalloc int[HostName.MaxLength + 3];
        if (other.Length >= row.Length || one.Length >= row.Length) return int.MaxValue;
        for (var j = 0; j <= other.Length; j++) row[j] = j;
        for (var i = 1; i <= one.Length; i++)
        {
            var diagonal = row[0];
            var least = row[0] = i;
            for (var j = 1; j <= other.Length; j++)
            {
                var above = row[j];
                row[j] = Math.Min(Math.Min(row[j] + 1, row[j - 1] + 1), diagonal + (one[i - 1] == other[j - 1] ? 0 : 1));
                diagonal = above;
                least = Math.Min(least, row[j]);
            }

            if (least > limit) return least;
        }

        return row[other.Length];
    }

    /// <summary>Which letters a name has, a bit each; digits and the rest share the bits that letters leave.</summary>
    private static uint Letters(string name)
    {
        uint letters = 0;
        foreach (var c in name) letters |= 1u << (c & 31);
        return letters;
    }
}
