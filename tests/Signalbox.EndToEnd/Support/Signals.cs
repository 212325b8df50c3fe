using System.Runtime.InteropServices;

namespace Signalbox.EndToEnd.Support;

/// <summary>Sends signals to single processes, by id.</summary>
internal static partial class Signals
{
    public const int Interrupt = 2;
    public const int Kill = 9;
    public const int Terminate = 15;
    public const int Continue = 18;
    public const int Stop = 19;

    /// <summary>True when the process was there.</summary>
    public static bool Send(int process, int signal) => kill(process, signal) == 0;

    [LibraryImport("libc", SetLastError = true)]
    private static partial int kill(int pid, int sig);
}
