namespace Signalbox.Sources.Files;

/// <summary>Finds what somebody meant to type among a few known words.</summary>
internal static class NearestWord
{
    /// <summary>“Did you mean …?” when one is near, else all of them.</summary>
    /// <param name="typed">What was typed.</param>
    /// <param name="known">What is known.</param>
    /// <param name="called">What people call the known words, at the beginning of a sentence.</param>
    public static string Advice(string typed, IReadOnlyList<string> known, string called = "The keys")
    {
        var nearest = known.MinBy(word => Distance(typed.ToLowerInvariant(), word.ToLowerInvariant()));

        // A third of the letters may be wrong: past that two words have little in common.
        return nearest is not null && Distance(typed.ToLowerInvariant(), nearest.ToLowerInvariant()) <= Math.Max(1, Math.Max(typed.Length, nearest.Length) / 3)
            ? $"Did you mean “{nearest}”?"
            : $"{called} here are {string.Join(", ", known)}.";
    }

    /// <summary>
    /// How many letters to insert, remove or replace to get from one word to the other (Levenshtein 1966). Only words of a sensible length are compared.
    /// </summary>
    private static int Distance(string from, string to)
    {
        if (from.Length > 64) return int.MaxValue;
        var row = Enumerable.Range(0, to.Length + 1).ToArray();
        for (var i = 1; i <= from.Length; i++)
        {
            var diagonal = row[0];
            row[0] = i;
            for (var j = 1; j <= to.Length; j++)
            {
                var above = row[j];
                row[j] = Math.Min(Math.Min(above, row[j - 1]) + 1, diagonal + (from[i - 1] == to[j - 1] ? 0 : 1));
                diagonal = above;
            }
        }

        return row[to.Length];
    }
}
