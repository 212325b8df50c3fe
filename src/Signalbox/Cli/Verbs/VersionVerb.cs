using System.CommandLine;
using System.CommandLine.Invocation;

namespace Signalbox.Cli.Verbs;

/// <summary><c>signalbox --version</c>.</summary>
internal static class VersionVerb
{
    /// <summary>Three numbers, as in the project's file.</summary>
    public static string Text => typeof(VersionVerb).Assembly.GetName().Version!.ToString(3);

    public static Option<bool> Option(CliContext cli) => new("--version") { Description = "Print the version", Action = new Print(cli) };

    private sealed class Print(CliContext cli) : SynchronousCommandLineAction
    {
        public override bool Terminating => true;

        public override bool ClearsParseErrors => true;

        public override int Invoke(ParseResult parseResult)
        {
            cli.Out.Line("signalbox " + Text);
            return ExitCodes.Done;
        }
    }
}
