using System.CommandLine;
using Signalbox.Cli.Client;
using Signalbox.Model;

namespace Signalbox.Cli.Verbs;

/// <summary><c>signalbox down</c>: ends the daemon and waits until its home is free, so that a next <c>up</c> finds it so.</summary>
internal static class DownVerb
{
    /// <summary>Open requests may take 10 s to end; the store and the listeners a moment more.</summary>
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

    public static Command Create(CliContext cli)
    {
        var command = new Command("down", "Stop the daemon; lasting routes are kept for its next start");
        command.SetAction((parse, cancellation) => RunAsync(cli, cli.Home(parse), cancellation));
        return command;
    }

    private static async Task<int> RunAsync(CliContext cli, HomeLayout home, CancellationToken cancellation)
    {
        using var client = new AdminClient(home.AdminSocket);
        if (await client.ShutdownAsync(cancellation) is { } problem) return cli.Fail(problem);
        var began = cli.Time.GetTimestamp();
        while (!DaemonLock.IsFree(home))
        {
            if (cli.Time.GetElapsedTime(began) > Limit)
            {
                return cli.Fail(new Problem(ProblemType.CommandFailed, ProblemSide.Daemon, home.Root, $"The daemon was told to end but still runs after {Limit.TotalSeconds:0} s.",
                    $"See {home.DaemonLog}; `signalbox status` tells its process id.", Retry: true));
            }

            await Task.Delay(Pause, cli.Time, cancellation);
        }

        cli.Out.Line("The daemon has ended.");
        return ExitCodes.Done;
    }
}
