using System.Globalization;
using System.Runtime.InteropServices;

namespace Signalbox.EndToEnd.Support;

/// <summary>A listening socket of another process, ended behind its back, as <c>ss --kill</c> does it: it stays open there and listens no more.</summary>
internal static partial class ForeignSocket
{
    /// <summary>pidfd_open(2) and pidfd_getfd(2); the numbers are the same on x86-64 and arm64.</summary>
    private const int PidfdOpen = 434, PidfdGetfd = 438;

    private const int Both = 2;

    /// <param name="pid">A process that this one started, whose descriptors it may therefore take (ptrace(2), Yama).</param>
    /// <param name="port">On 127.0.0.1.</param>
    public static void End(int pid, int port)
    {
        var local = $"0100007F:{port:X4}";
        var inode = File.ReadLines("/proc/net/tcp").Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries)).Single(fields => fields[1] == local && fields[3] == "0A")[9];
        var number = int.Parse(Path.GetFileName(Directory.EnumerateFiles($"/proc/{pid}/fd").Single(file => new FileInfo(file).LinkTarget == $"socket:[{inode}]")), CultureInfo.InvariantCulture);
        var process = Checked(Call(PidfdOpen, pid, 0, 0));
        var socket = Checked(Call(PidfdGetfd, process, number, 0));
        Checked(Shutdown((int)socket, Both));
        Checked(Close((int)socket));
        Checked(Close((int)process));
    }

    private static nint Checked(nint result) => result >= 0 ? result : throw new InvalidOperationException($"The system call failed with error {Marshal.GetLastPInvokeError()}.");

    [LibraryImport("libc", EntryPoint = "syscall", SetLastError = true)]
    private static partial nint Call(nint number, nint first, nint second, nint third);

    [LibraryImport("libc", EntryPoint = "shutdown", SetLastError = true)]
    private static partial int Shutdown(int socket, int how);

    [LibraryImport("libc", EntryPoint = "close", SetLastError = true)]
    private static partial int Close(int descriptor);
}
