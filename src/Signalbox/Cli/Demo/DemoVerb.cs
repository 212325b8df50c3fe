using System.CommandLine;
using Signalbox.Cli.Demo.Samples;

namespace Signalbox.Cli.Demo;

/// <summary><c>signalbox demo</c>, and the two sample services, which are hidden verbs so that the demo needs nothing but this program.</summary>
internal static class DemoVerb
{
    public const string Clock = "demo-clock";

    public const string Api = "demo-api";

    public const string ApiOption = "--api";

    public const string CrashOption = "--crash-every";

    /// <summary>Seconds.</summary>
    private const int UsualCrash = 20;

    public static Command Create(CliContext cli)
    {
        var crash = Crash();
        var command = new Command("demo", "Show it: two sample services under proved names, one of which crashes and comes back") { crash, CommonOptions.Json };
        command.SetAction((parse, cancellation) => new DemoRun(cli, parse.GetValue(CommonOptions.Json), parse.GetValue(crash) ?? UsualCrash).RunAsync(cli.Home(parse), cancellation));
        return command;
    }

    // The services do not use the token of the command line: Ctrl-C is for the demo, which ends them.
    public static Command CreateClock(CliContext cli)
    {
        var port = TypedOptions.Port("--port", "Where to listen");
        var api = new Option<string>(ApiOption) { Required = true };
        var command = new Command(Clock, "A sample service of the demo") { port, api };
        command.Hidden = true;
        command.SetAction((parse, _) => ClockSample.RunAsync(cli, parse.GetValue(port) ?? 0, parse.GetValue(api)!));
        return command;
    }

    public static Command CreateApi(CliContext cli)
    {
        var port = TypedOptions.Port("--port", "Where to listen");
        var crash = Crash();
        var command = new Command(Api, "A sample service of the demo") { port, crash };
        command.Hidden = true;
        command.SetAction((parse, _) => ApiSample.RunAsync(cli, parse.GetValue(port) ?? 0, TimeSpan.FromSeconds(parse.GetValue(crash) ?? UsualCrash)));
        return command;
    }

    private static Option<int?> Crash() => TypedOptions.Number(CrashOption, 2, 3600, $"Seconds that the API lives [default: {UsualCrash}]", "SECONDS");
}
