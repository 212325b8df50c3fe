using System.CommandLine;
using Signalbox.Cli.Client;
using Signalbox.Model;

namespace Signalbox.Cli.Verbs;

/// <summary><c>signalbox down</c>: ends the daemon and waits until its home is free.</summary>
internal static class DownVerb
{
    public static Command Create(CliContext cli)
    {
        var command = new Command("down", "Stop the daemon; lasting routes are kept for its next start");
        command.SetAction((parse, cancellation) => RunAsync(cli, cli.Home(parse), cancellation));
        return command;
    }

    private static async Task<int> RunAsync(CliContext cli, HomeLayout home, CancellationToken cancellation)
    {
        if (await DaemonStopper.StopAsync(home, cli.Time, cancellation) is { } problem) return cli.Fail(problem);
        cli.Out.Line("The daemon has ended.");
        return ExitCodes.Done;
    }
}
