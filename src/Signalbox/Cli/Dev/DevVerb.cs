using System.CommandLine;
using System.CommandLine.Parsing;
using Signalbox.Cli.Client;
using Signalbox.Model;

namespace Signalbox.Cli.Dev;

/// <summary><c>signalbox dev -- COMMAND…</c>: runs a dev server under a name of its own.</summary>
internal static class DevVerb
{
    private static readonly Option<string?> Name = new("--name") { Description = "Use this instead of repository and branch: NAME[.LABEL].localhost", HelpName = "NAME" };

    private static readonly Option<string?> Label = new("--label") { Description = "Tell two servers of one branch apart: REPO.BRANCH.LABEL.localhost", HelpName = "LABEL" };

    private static readonly Option<string[]> Host = new("--host") { Description = "A whole host name instead; may be given several times", HelpName = "HOST" };

    private static readonly Option<string?> Path = new("--path") { Description = "Serve only this path prefix of the name", HelpName = "PATH" };

    private static readonly Option<string?> Port = new("--port") { Description = "The port for the command [default: a free one]", HelpName = "PORT" };

    private static readonly Option<string?> HostHeader = new("--host-header") { Description = "The Host header for servers that check it", HelpName = "VALUE" };

    private static readonly Option<bool> Take = new("--take") { Description = "Take the name from whoever holds it" };

    private static readonly Argument<string[]> Words = new("COMMAND") { Description = "The command and its arguments; {port}, {host} and {url} in them are replaced", Arity = ArgumentArity.ZeroOrMore };

    public static Command Create(CliContext cli)
    {
        var command = new Command("dev", "Run a dev server and give it a proved HTTPS name: signalbox dev -- npm run dev") { Name, Label, Host, Path, Port, HostHeader, Take, Words };
        command.SetAction((parse, _) => RunAsync(cli, parse));
        return command;
    }

    // The token of the command line is not used: a signal ends the command first, and this process after it, see SignalRelay.
    private static async Task<int> RunAsync(CliContext cli, ParseResult parse)
    {
        var words = parse.GetValue(Words) ?? [];
        var command = parse.Tokens.SkipWhile(token => token.Type != TokenType.DoubleDash).Skip(1).Count();
        if (Misuse(words, command) is { } problem) return cli.Fail(problem);
        var options = new DevOptions
        {
            Name = parse.GetValue(Name),
            Label = parse.GetValue(Label),
            Hosts = (parse.GetValue(Host) ?? []).ToItems(),
            Path = parse.GetValue(Path),
            Port = parse.GetValue(Port),
            HostHeader = parse.GetValue(HostHeader),
            Take = parse.GetValue(Take),
            Command = words.ToItems(),
        };
        using var signals = new SignalRelay();
        return await new DevRun(cli, cli.Home(parse), new DaemonStarter(), signals).RunAsync(options, Directory.GetCurrentDirectory());
    }

    /// <summary>Without the two hyphens, or in front of them, an option of the command's own, such as --port, would be taken for ours.</summary>
    /// <param name="words">All that is no option of ours.</param>
    /// <param name="command">How many of them stand behind the two hyphens.</param>
    private static Problem? Misuse(string[] words, int command)
    {
        if (words.Length == 0) return Wrong("The command is missing.", "Write: signalbox dev -- npm run dev");
        if (command == 0) return Wrong("Two hyphens must stand in front of the command.", $"Write: signalbox dev -- {string.Join(' ', words)}");
        if (words.Length == command) return null;
        if (!words[0].StartsWith('-')) return Wrong($"“{words[0]}” stands in front of the two hyphens; the whole command stands behind them.", $"Write: signalbox dev -- {string.Join(' ', words)}");
        Option[] options = [Name, Label, Host, Path, Port, HostHeader, Take, CommonOptions.Home];
        return Wrong($"“{words[0]}” is not an option of `signalbox dev`." + (Usage.Nearest(words[0], options.Select(option => option.Name)) is { } near ? $" Did you mean `{near}`?" : ""), "See `signalbox dev --help`.");
    }

    private static Problem Wrong(string text, string advice) => new(ProblemType.InvalidRequest, ProblemSide.Request, "dev", text, advice);
}
