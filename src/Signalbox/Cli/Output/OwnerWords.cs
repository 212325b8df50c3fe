using Signalbox.Model.Wire;

namespace Signalbox.Cli.Output;

/// <summary>Owners as people know them: the source, and the command, file and line, or container.</summary>
internal static class OwnerWords
{
    /// <summary>Columns a label may have in a list; the rest is in <c>--json</c> and in <c>why</c>.</summary>
    private const int Longest = 32;

    public static string Short(RouteReport route) => string.IsNullOrWhiteSpace(route.Label) ? Short(route.Owner) : $"{route.Source}: {Cut(route.Label)}";

    /// <summary>An owner whose label is not at hand. Holders add a random part to tell their processes apart; it says nothing to a person.</summary>
    public static string Short(string owner)
    {
        var slash = owner.IndexOf('/');
        return slash < 0 ? owner : $"{owner[..slash]}: {Cut(owner[(slash + 1)..].Split('#')[0])}";
    }

    /// <summary>The end of a path says more than its beginning.</summary>
    private static string Cut(string words) => words.Length <= Longest ? words : words.StartsWith('/') ? "…" + words[^(Longest - 1)..] : words[..(Longest - 1)] + "…";
}
