using System.ComponentModel;
using System.Diagnostics;
using Signalbox.Model;
using Signalbox.Model.Wire;

namespace Signalbox.Cli.Client;

/// <summary>
/// Finds the home's daemon or starts it. Any number of commands may do so at once: one daemon comes up, all of them end connected.
/// <list type="number">
/// <item>Ask the socket. An answer is the end of it. A leftover socket refuses, a missing one is missing: both mean no daemon.</item>
/// <item>Try for the start lock without waiting. Who has it asks once more (the holder before may just have finished) and starts a daemon.</item>
/// <item>Whoever has not got it looks again a little later. No file is ever waited for: only an answer, a lock free again, or the time ends that.</item>
/// </list>
/// </summary>
internal sealed class DaemonStarter(TimeProvider time, Func<HomeLayout, DaemonCommand> command)
{
    /// <summary>Starting takes 1 s, with 1,000,000 routes stored a few; fifty commands at once on two slow cores stay well below this.</summary>
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    /// <summary>Between looks: short enough to be felt as at once, and growing, so that fifty waiting commands leave the processor to the daemon.</summary>
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(50), LastPause = TimeSpan.FromMilliseconds(250);

    /// <summary>A daemon's exit code when another one holds the home.</summary>
    private const int HomeHeld = 4;

    /// <summary>Bytes. About 100,000 lines, some months of a daemon's life; at most twice that is kept.</summary>
    private const long LongLog = 10 * 1024 * 1024;

    public DaemonStarter()
        : this(TimeProvider.System, home => DaemonCommand.OfThisProgram(home))
    {
    }

    /// <summary>The running daemon's status, after starting it if need be. Bounded by 60 s.</summary>
    public async Task<Outcome<StatusReport>> EnsureAsync(HomeLayout home, CancellationToken cancellation)
    {
        using var client = new AdminClient(home.AdminSocket);
        var began = time.GetTimestamp();
        var pause = FirstPause;
        Outcome<StatusReport> found;
        while (true)
        {
            found = await client.StatusAsync(cancellation);
            if (found.Succeeded || found.Problem.Type != ProblemType.NoDaemon) return found;
            if (time.GetElapsedTime(began) > Limit) return TooLong(home, found.Problem);
            if (await TryStartAsync(home, client, began, cancellation) is { } ended) return ended;

            // Jitter of half the pause: commands started at one instant do not go on knocking at one instant.
            await Task.Delay(pause * (0.75 + (Random.Shared.NextDouble() / 2)), time, cancellation);
            pause = pause * 2 < LastPause ? pause * 2 : LastPause;
        }
    }

    /// <summary>Null to look again.</summary>
    private async Task<Outcome<StatusReport>?> TryStartAsync(HomeLayout home, AdminClient client, long began, CancellationToken cancellation)
    {
        if (HomeFolder.Ensure(home) is { } unusable) return unusable;
        var attempt = StartLock.Try(home);
        if (!attempt.Succeeded) return attempt.Problem;
        if (attempt.Value.File is null) return null;
        await using var held = attempt.Value.File;

        // Between our look and our lock its former holder may have brought a daemon up.
        var found = await client.StatusAsync(cancellation);
        if (found.Succeeded) return found;
        var logged = LogLength(home);
        Process daemon;
        try
        {
            daemon = command(home).Start(home);
        }
        catch (Win32Exception error)
        {
            return new Problem(ProblemType.CommandFailed, ProblemSide.System, "/bin/sh", $"The daemon cannot be started: {error.Message}.", "Start it with `signalbox up` in a terminal of its own.");
        }

        using (daemon)
        {
            return await WaitAsync(home, client, daemon, new Attempt(began, logged), cancellation);
        }
    }

    /// <summary>Until the daemon we started answers (its status), has ended (its reason), or the time is over. Null when another one holds the home.</summary>
    private async Task<Outcome<StatusReport>?> WaitAsync(HomeLayout home, AdminClient client, Process daemon, Attempt attempt, CancellationToken cancellation)
    {
        var ended = daemon.WaitForExitAsync(cancellation);
        var pause = FirstPause / 2;
        while (true)
        {
            // Its end is looked at before the socket is asked, so that an answer after it can only be another daemon's.
            var gone = ended.IsCompletedSuccessfully;
            var found = await client.StatusAsync(cancellation);
            if (found.Succeeded) return found;
            if (gone && daemon.ExitCode == HomeHeld) return null;
            if (gone) return Failed(home, daemon.ExitCode, attempt.Logged);
            if (time.GetElapsedTime(attempt.Began) > Limit) return TooLong(home, found.Problem);
            await Task.WhenAny(ended, Task.Delay(pause, time, cancellation));
            cancellation.ThrowIfCancellationRequested();
        }
    }

    private static Problem Failed(HomeLayout home, int code, long logged)
    {
        var said = DaemonLogTail.Read(home, logged);
        return new Problem(ProblemType.CommandFailed, ProblemSide.Daemon, home.Root,
            said.Length > 0 ? $"The daemon ended while it was starting (exit code {code}). It said:\n{said}" : $"The daemon ended while it was starting (exit code {code}) and said nothing.",
            $"Its whole log is {home.DaemonLog}; `signalbox doctor` looks for the cause.");
    }

    private static Problem TooLong(HomeLayout home, Problem last) => new(ProblemType.NoDaemon, ProblemSide.Daemon, home.Root,
        $"No daemon answered within {Limit.TotalSeconds:0} s. {last.Text}", $"See {home.DaemonLog}, or start it in a terminal with `signalbox up`.", Retry: true);

    /// <summary>How long the log is now. A long one is put aside first: under the start lock, with no daemon running, nobody writes to it.</summary>
    private static long LogLength(HomeLayout home)
    {
        var log = new FileInfo(home.DaemonLog);
        if (!log.Exists) return 0;
        if (log.Length < LongLog) return log.Length;
        try
        {
            log.MoveTo(home.FormerDaemonLog, overwrite: true);
            return 0;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return log.Length;
        }
    }

    /// <summary>When the command began to look (a timestamp), and how long the log was before the daemon was started (bytes).</summary>
    private readonly record struct Attempt(long Began, long Logged);
}
