namespace Signalbox.Model;

/// <summary>Validates and matches path prefixes. Prefixes match at segment boundaries: <c>/v1</c> matches <c>/v1</c> and <c>/v1/x</c>, never <c>/v10</c>.</summary>
internal static class RoutePath
{
    /// <summary>Longest prefix; past this no real service lies, and the index keeps every prefix in memory.</summary>
    public const int MaxLength = 1024;

    public static Outcome<string> Parse(string? text)
    {
        if (string.IsNullOrEmpty(text)) return "/";
        if (text[0] != '/') return Invalid(text, "A path starts with a slash.");
        if (text.Length > MaxLength) return Invalid(text[..40] + "…", $"The path has {text.Length} characters; {MaxLength} is the most.");
        foreach (var c in text)
        {
            if (c is <= ' ' or >= (char)0x7f or '?' or '#' or '\\' or '*') return Invalid(text, $"A path prefix cannot hold “{c}”.");
        }

        if (text.Contains("//", StringComparison.Ordinal)) return Invalid(text, "The path has an empty segment (two slashes in a row).");
        var segments = text.Split('/');
        if (segments.Contains(".") || segments.Contains("..")) return Invalid(text, "A path prefix has no “.” or “..” segments.");
        return text.Length > 1 ? text.TrimEnd('/') : text;
    }

    /// <summary>True when the request path lies under the prefix, at a segment boundary.</summary>
    public static bool Matches(string prefix, ReadOnlySpan<char> path) =>
        prefix.Length == 1 || (path.StartsWith(prefix, StringComparison.Ordinal) && (path.Length == prefix.Length || path[prefix.Length] == '/'));

    private static Problem Invalid(string subject, string text) =>
        new(ProblemType.InvalidPath, ProblemSide.Request, subject, text, "Write it like /api/v1.");
}
