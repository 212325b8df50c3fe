using Signalbox.Model.Wire;

namespace Signalbox.Cli.Output;

/// <summary>Owners as people know them: the source, and the command, file and line, or container.</summary>
internal static class OwnerWords
{
    /// <summary>Columns a label may have in a list; the rest is in <c>--json</c> and in <c>why</c>.</summary>
    private const int Longest = 32;

    public static string Short(RouteReport route)
    {
        // Holders add a random part to tell their processes apart; it says nothing to a person.
        var words = string.IsNullOrWhiteSpace(route.Label) ? route.Owner[(route.Owner.IndexOf('/') + 1)..].Split('#')[0] : route.Label;
        if (words.Length > Longest) words = words[..(Longest - 1)] + "…";
        return $"{route.Source}: {words}";
    }
}
