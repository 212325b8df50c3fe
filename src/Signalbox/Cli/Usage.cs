using System.CommandLine;
using System.CommandLine.Parsing;

namespace Signalbox.Cli;

/// <summary>Says what is wrong with a command line, with the nearest word that exists.</summary>
internal static class Usage
{
    /// <summary>The lines to print, or null when the words can be run.</summary>
    public static IReadOnlyList<string>? Find(ParseResult parse)
    {
        if (parse.Errors.Count == 0 || parse.Action is System.CommandLine.Help.HelpAction) return null;
        var command = parse.CommandResult.Command;
        var path = PathOf(parse.CommandResult);
        var lines = new List<string>();
        foreach (var word in parse.UnmatchedTokens.Where(word => word.Length > 0))
        {
            var isOption = word.StartsWith('-');
            var near = Nearest(word, isOption ? OptionsOf(parse.CommandResult) : command.Subcommands.Where(known => !known.Hidden).Select(known => known.Name));
            lines.Add($"error: “{word}” is not {(isOption ? "an option" : command.Subcommands.Count > 0 ? "a command" : "an argument")} of `{path}`." + (near is null ? "" : $" Did you mean `{near}`?"));
        }

        if (lines.Count == 0) lines.AddRange(parse.Errors.Select(error => "error: " + error.Message).Distinct());
        lines.Add($"  See `{path} --help`.");
        return lines;
    }

    /// <summary>The known word with the fewest edits to the typed one; null when none is near enough to be meant.</summary>
    public static string? Nearest(string word, IEnumerable<string> known)
    {
        // A third of the letters wrong, at least one and two for short words, is the most a slip explains.
        var limit = Math.Max(2, word.Length / 3);
        return known
            .Select(name => (Name: name, Edits: name.StartsWith(word, StringComparison.OrdinalIgnoreCase) ? 1 : EditDistance(word.ToLowerInvariant(), name)))
            .Where(pair => pair.Edits <= limit)
            .OrderBy(pair => pair.Edits).ThenBy(pair => pair.Name, StringComparer.Ordinal)
            .Select(pair => pair.Name)
            .FirstOrDefault();
    }

    private static IEnumerable<string> OptionsOf(CommandResult result)
    {
        foreach (var option in result.Command.Options.Where(option => !option.Hidden)) yield return option.Name;
        for (var above = result.Parent as CommandResult; above is not null; above = above.Parent as CommandResult)
        {
            foreach (var option in above.Command.Options.Where(option => option.Recursive && !option.Hidden)) yield return option.Name;
        }
    }

    private static string PathOf(CommandResult result) => result.Parent is CommandResult parent ? $"{PathOf(parent)} {result.Command.Name}" : result.Command.Name;

    /// <summary>Insertions, removals, replacements and swaps of neighbours (optimal string alignment).</summary>
    private static int EditDistance(string left, string right)
    {
        var table = new int[left.Length + 1, right.Length + 1];
        for (var i = 0; i <= left.Length; i++) table[i, 0] = i;
        for (var j = 0; j <= right.Length; j++) table[0, j] = j;
        for (var i = 1; i <= left.Length; i++)
        {
            for (var j = 1; j <= right.Length; j++)
            {
                var replace = table[i - 1, j - 1] + (left[i - 1] == right[j - 1] ? 0 : 1);
                table[i, j] = Math.Min(replace, Math.Min(table[i - 1, j], table[i, j - 1]) + 1);
                if (i > 1 && j > 1 && left[i - 1] == right[j - 2] && left[i - 2] == right[j - 1]) table[i, j] = Math.Min(table[i, j], table[i - 2, j - 2] + 1);
            }
        }

        return table[left.Length, right.Length];
    }
}
