using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;

namespace Signalbox.Cli;

/// <summary>Options and arguments whose values are checked while the words are read, with a message in our own words.</summary>
internal static class TypedOptions
{
    /// <summary>A whole number within bounds, both included.</summary>
    public static Option<int?> Number(string name, int least, int most, string description, string helpName) => new(name)
    {
        Description = description,
        HelpName = helpName,
        CustomParser = result =>
        {
            var text = result.Tokens[0].Value;
            if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= least && number <= most) return number;
            result.AddError($"{name} is a number from {least} to {most}, not “{text}”.");
            return null;
        },
    };

    /// <summary>A port to listen on; 0 lets the system choose one.</summary>
    public static Option<int?> Port(string name, string description) => Number(name, 0, 65535, description, "PORT");

    /// <summary>One of a few words.</summary>
    public static Option<string?> Choice(string name, string description, params string[] words) => new(name)
    {
        Description = description,
        HelpName = string.Join('|', words),
        CustomParser = result => OneOf(result, name, words),
    };

    /// <summary>An argument that is one of a few words.</summary>
    public static Argument<string> ChoiceArgument(string name, string description, params string[] words) => new(name)
    {
        Description = description,
        HelpName = string.Join('|', words),
        CustomParser = result => OneOf(result, name, words),
    };

    private static string? OneOf(ArgumentResult result, string name, string[] words)
    {
        var text = result.Tokens[0].Value;
        if (words.Contains(text, StringComparer.Ordinal)) return text;
        var near = Usage.Nearest(text, words);
        result.AddError($"{name} is one of {string.Join(", ", words)}, not “{text}”." + (near is null ? "" : $" Did you mean `{near}`?"));
        return null;
    }
}
