using Signalbox.Model;

namespace Signalbox.Cli.Client;

/// <summary>Ends a home's daemon and waits until the home is free, so that a next one finds it so.</summary>
internal static class DaemonStopper
{
    /// <summary>Open requests may take 10 s to end; the store and the listeners a moment more.</summary>
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

    /// <summary>Null when it has ended.</summary>
    public static async Task<Problem?> StopAsync(HomeLayout home, TimeProvider time, CancellationToken cancellation)
    {
        using var client = new AdminClient(home.AdminSocket);
        if (await client.ShutdownAsync(cancellation) is { } problem) return problem;
        var began = time.GetTimestamp();
        while (!DaemonLock.IsFree(home))
        {
            if (time.GetElapsedTime(began) > Limit)
            {
                return new Problem(ProblemType.CommandFailed, ProblemSide.Daemon, home.Root, $"The daemon was told to end but still runs after {Limit.TotalSeconds:0} s.",
                    $"See {home.DaemonLog}; `signalbox status` tells its process id.", Retry: true);
            }

            await Task.Delay(Pause, time, cancellation);
        }

        return null;
    }
}
