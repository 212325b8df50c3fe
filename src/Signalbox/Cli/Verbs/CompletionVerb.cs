using System.CommandLine;
using Signalbox.Cli.Completion;

namespace Signalbox.Cli.Verbs;

/// <summary><c>signalbox completion SHELL</c>: a script made from the very tree of verbs that runs.</summary>
internal static class CompletionVerb
{
    public static Command Create(CliContext cli)
    {
        var shell = TypedOptions.ChoiceArgument("SHELL", "The shell", "bash", "zsh", "fish");
        var command = new Command("completion", "Print a completion script for your shell") { shell };
        command.SetAction(parse =>
        {
            var nodes = CompletionNode.Of(CommandLine.Tree(cli));
            cli.Out.Writer.Write(parse.GetValue(shell) switch
            {
                "bash" => BashScript.Write(nodes),
                "zsh" => ZshScript.Write(nodes),
                _ => FishScript.Write(nodes),
            });
            return ExitCodes.Done;
        });
        return command;
    }
}
