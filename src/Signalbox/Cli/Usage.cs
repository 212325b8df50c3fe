using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Parsing;

namespace Signalbox.Cli;

/// <summary>Says what is wrong with a command line, with the nearest word that exists.</summary>
internal static class Usage
{
    /// <summary>The lines to print, or null when the words can be run.</summary>
    public static IReadOnlyList<string>? Find(ParseResult parse)
    {
        if (parse.Errors.Count == 0 || parse.Action is HelpAction) return null;
        var path = PathOf(parse.CommandResult);
        return [.. Unknown(parse, path) ?? Missing(parse.CommandResult, path) ?? Bare(parse.CommandResult) ?? parse.Errors.Select(error => "error: " + error.Message).Distinct(), $"  See `{path} --help`."];
    }

    /// <summary>Words that are nothing here. After an unknown option or verb the words that follow may belong to it, so they are not blamed.</summary>
    private static IEnumerable<string>? Unknown(ParseResult parse, string path)
    {
        var words = parse.UnmatchedTokens.Where(word => word.Length > 0).ToList();
        if (words.Count == 0) return null;
        var options = words.Where(word => word.StartsWith('-')).ToList();
        if (options.Count > 0) return options.Select(word => Say(word, "an option", OptionsOf(parse.CommandResult), path));
        var verbs = parse.CommandResult.Command.Subcommands.Where(known => !known.Hidden).Select(known => known.Name).ToList();
        return verbs.Count > 0 ? [Say(words[0], "a command", verbs, path)] : words.Select(word => $"error: “{word}” is one word too many for `{path}`.");
    }

    private static string Say(string word, string kind, IEnumerable<string> known, string path)
    {
        var near = Nearest(word, known);
        return $"error: “{word}” is not {kind} of `{path}`." + (near is null ? "" : $" Did you mean `{near}`?");
    }

    private static IEnumerable<string>? Missing(CommandResult result, string path)
    {
        var verbs = result.Command.Subcommands.Where(known => !known.Hidden).Select(known => known.Name).ToList();
        if (verbs.Count > 0) return [$"error: A command is missing after `{path}`: {string.Join(", ", verbs)}."];
        var missing = result.Command.Arguments
            .Where(argument => argument.Arity.MinimumNumberOfValues > 0 && (result.GetResult(argument)?.Tokens.Count ?? 0) == 0)
            .Select(argument => argument.Name).ToList();
        return missing.Count == 0 ? null : [$"error: {string.Join(" and ", missing)} {(missing.Count == 1 ? "is" : "are")} missing after `{path}`."];
    }

    /// <summary>Options that end the line without the value they need.</summary>
    private static List<string>? Bare(CommandResult result)
    {
        var bare = new List<string>();
        for (var at = result; at is not null; at = at.Parent as CommandResult)
        {
            bare.AddRange(at.Children.OfType<OptionResult>()
                .Where(option => option is { Implicit: false, Tokens.Count: 0 } && option.Option.Arity.MinimumNumberOfValues > 0)
                .Select(option => $"error: {option.Option.Name} needs a value{(option.Option.HelpName is { } name ? ": " + name : "")}."));
        }

        return bare.Count == 0 ? null : bare;
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
