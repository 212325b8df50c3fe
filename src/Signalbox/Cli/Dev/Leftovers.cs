using Signalbox.Sources.DevServers;

namespace Signalbox.Cli.Dev;

/// <summary>
/// The processes below a command that was sent a signal to end. npm, for one, ends at SIGTERM without telling the server it had started, which
/// would go on unseen and without its name. What the command left behind gets the signal it should have been handed.
/// </summary>
/// <param name="signal">The signal the command got.</param>
/// <param name="processes">Those below it at that moment, each with its start, so that a later process of the same number is left alone.</param>
internal sealed class Leftovers(int signal, IReadOnlyList<(int Process, long Started)> processes)
{
    /// <summary>Those that were told end by themselves within this; a second signal would cut their own clearing up short.</summary>
    private static readonly TimeSpan Grace = TimeSpan.FromMilliseconds(500);

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(25);

    /// <summary>To be made before the command gets the signal: afterwards those below it may have lost it as their parent.</summary>
    public static Leftovers Below(int command, int signal) =>
        new(signal, [.. from process in ProcessTree.Of(command).Skip(1) let started = ProcessTree.Started(process) where started is not null select (process, started.Value)]);

    /// <summary>Sends the signal to those that are still there after a moment. To be called once the command has ended.</summary>
    public async Task EndAsync(TimeProvider time)
    {
        var began = time.GetTimestamp();
        while (processes.Any(IsThere) && time.GetElapsedTime(began) < Grace) await Task.Delay(Pause, time);
        foreach (var left in processes.Where(IsThere)) _ = Libc.Kill(left.Process, signal);
    }

    private static bool IsThere((int Process, long Started) one) => ProcessTree.Started(one.Process) == one.Started;
}
