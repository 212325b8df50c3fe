using System.CommandLine;
using System.CommandLine.Help;

namespace Signalbox.Cli.Completion;

/// <summary>What may stand at one place of the command line, as the shells' scripts need it.</summary>
/// <param name="Path">The words that lead there, such as <c>signalbox route add</c>.</param>
/// <param name="Commands">The verbs that may follow.</param>
/// <param name="Options">The options that may.</param>
/// <param name="Values">What its arguments are; null for free text.</param>
internal sealed record CompletionNode(string Path, IReadOnlyList<CompletionWord> Commands, IReadOnlyList<CompletionOption> Options, string? Values)
{
    /// <summary>The program's tree from its root on, parents before children.</summary>
    public static IReadOnlyList<CompletionNode> Of(Command root)
    {
        var nodes = new List<CompletionNode>();
        Add(root, root.Name, [], nodes);
        return nodes;
    }

    private static void Add(Command command, string path, IReadOnlyList<CompletionOption> inherited, List<CompletionNode> nodes)
    {
        var own = command.Options.Where(option => !option.Hidden).Select(option => (option.Recursive, Option: CompletionOption.Of(option))).ToList();
        var commands = command.Subcommands.Where(child => !child.Hidden).ToList();
        nodes.Add(new CompletionNode(
            path,
            [.. commands.Select(child => new CompletionWord(child.Name, child.Description ?? ""))],
            [.. own.Select(pair => pair.Option), .. inherited],
            command.Arguments.FirstOrDefault()?.HelpName));
        foreach (var child in commands) Add(child, $"{path} {child.Name}", [.. own.Where(pair => pair.Recursive).Select(pair => pair.Option), .. inherited], nodes);
    }
}

/// <summary>A word and what it means.</summary>
internal sealed record CompletionWord(string Name, string Description);

/// <param name="Name">With its dashes.</param>
/// <param name="Description">For shells that show one.</param>
/// <param name="TakesValue">False for switches.</param>
/// <param name="Values">The value's name in help: <c>DIR</c>, <c>FILE</c>, words parted by <c>|</c>, or free text.</param>
internal sealed record CompletionOption(string Name, string Description, bool TakesValue, string? Values)
{
    public static CompletionOption Of(Option option) =>
        new(option.Name, option.Description ?? "", option.ValueType != typeof(bool) && option is not HelpOption, option.HelpName);
}
