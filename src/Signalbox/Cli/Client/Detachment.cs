using System.Runtime.InteropServices;

namespace Signalbox.Cli.Client;

/// <summary>Leaves the terminal's session, so that neither Ctrl-C there nor its closing reaches a daemon that was started from it.</summary>
internal static partial class Detachment
{
    /// <summary>A session of its own, setsid(2). It fails only for the leader of a process group, which what <see cref="DaemonCommand"/> starts is not.</summary>
    public static void Leave() => _ = SetSid();

    [LibraryImport("libc", EntryPoint = "setsid")]
    private static partial int SetSid();
}
