using System.CommandLine;
using System.Globalization;
using Signalbox.Cli.Output;
using Signalbox.Model;
using Signalbox.Sources.Files;

namespace Signalbox.Cli.Verbs;

/// <summary><c>signalbox config show|validate|schema</c>: the config file, read by the very code the daemon reads it with. Needs no daemon.</summary>
internal static class ConfigVerb
{
    public static Command Create(CliContext cli) => new("config", "Show, validate and describe the config file") { Show(cli), Validate(cli), Schema(cli) };

    private static Command Show(CliContext cli)
    {
        var file = FileArgument();
        var command = new Command("show", "Print the config in force for a file, with every default filled in") { file, CommonOptions.Json };
        command.SetAction(parse =>
        {
            var path = PathOf(cli, parse, file);
            var read = parse.GetValue(file) is null && !File.Exists(path) ? SignalboxConfig.Default : ConfigFile.Read(path);
            if (!read.Succeeded) return cli.Fail(read.Problems);
            if (!File.Exists(path)) cli.Error.Line($"note: there is no {path}; these are the defaults.");
            if (parse.GetValue(CommonOptions.Json)) cli.Out.Line(ConfigText.ToJson(read.Value).ToJsonString(cli.Out.IsTerminal ? CliJson.Indented.Options : CliJson.Default.Options));
            else cli.Out.Writer.Write(ConfigText.ToYaml(read.Value));
            return ExitCodes.Done;
        });
        return command;
    }

    private static Command Validate(CliContext cli)
    {
        var file = FileArgument();
        var command = new Command("validate", "Check a config file and list every error with its line and column") { file };
        command.SetAction(parse =>
        {
            var path = PathOf(cli, parse, file);
            var read = ConfigFile.Read(path);
            if (!read.Succeeded) return cli.Fail(read.Problems);
            var routes = read.Value.Routes.Count;
            cli.Out.Line($"{path} is valid, with {routes.ToString(CultureInfo.InvariantCulture)} {(routes == 1 ? "route" : "routes")}.");
            return ExitCodes.Done;
        });
        return command;
    }

    private static Command Schema(CliContext cli)
    {
        var command = new Command("schema", "Print the file's JSON Schema for editors");
        command.SetAction(_ =>
        {
            cli.Out.Writer.Write(ConfigSchema.Text);
            return ExitCodes.Done;
        });
        return command;
    }

    private static Argument<string?> FileArgument() => new("FILE") { Description = "The file [default: signalbox.yaml in the home]", HelpName = "FILE", Arity = ArgumentArity.ZeroOrOne };

    private static string PathOf(CliContext cli, ParseResult parse, Argument<string?> file) => parse.GetValue(file) is { } told ? Path.GetFullPath(told) : cli.Home(parse).ConfigFile;
}
