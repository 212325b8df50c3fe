using System.Runtime.InteropServices;

namespace Signalbox.Cli.Dev;

/// <summary>The system calls that passing on signals needs and the framework does not offer.</summary>
internal static partial class Libc
{
    /// <summary>SIGUSR1 and SIGUSR2, which <see cref="PosixSignal"/> has no names for: 10 and 12 on Linux (signal(7)), 30 and 31 on macOS.</summary>
    public static IReadOnlyList<PosixSignal> UserSignals { get; } = OperatingSystem.IsMacOS() ? [(PosixSignal)30, (PosixSignal)31] : [(PosixSignal)10, (PosixSignal)12];

    private const int StandardInput = 0;

    /// <summary>True when our standard input is a terminal and we are in its foreground process group, to which the terminal sends what its keys mean.</summary>
    public static bool IsForeground => IsTerminal(StandardInput) == 1 && ForegroundGroup(StandardInput) == OwnGroup();

    /// <summary>The number kill(2) knows a signal by. The framework's own names are negative numbers of its own.</summary>
    public static int Number(PosixSignal signal) => signal switch
    {
        PosixSignal.SIGHUP => 1,
        PosixSignal.SIGINT => 2,
        PosixSignal.SIGQUIT => 3,
        PosixSignal.SIGTERM => 15,
        _ => (int)signal,
    };

    /// <summary>
    /// Does something with SIGPIPE at its default. The runtime ignores that signal and hands this on to programs it starts, where it makes
    /// pipelines such as <c>yes | head</c> complain instead of ending. Our own sockets never raise it (MSG_NOSIGNAL), so nothing can end us meanwhile.
    /// </summary>
    public static T WithDefaultPipeSignal<T>(Func<T> work)
    {
        const int PipeSignal = 13;
        var before = SetHandler(PipeSignal, 0);
        try
        {
            return work();
        }
        finally
        {
            _ = SetHandler(PipeSignal, before);
        }
    }

    [LibraryImport("libc", EntryPoint = "signal")]
    private static partial nint SetHandler(int signal, nint handler);

    [LibraryImport("libc", EntryPoint = "kill")]
    public static partial int Kill(int process, int signal);

    [LibraryImport("libc", EntryPoint = "isatty")]
    private static partial int IsTerminal(int descriptor);

    [LibraryImport("libc", EntryPoint = "tcgetpgrp")]
    private static partial int ForegroundGroup(int descriptor);

    [LibraryImport("libc", EntryPoint = "getpgrp")]
    private static partial int OwnGroup();
}
