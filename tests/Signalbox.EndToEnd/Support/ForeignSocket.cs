using System.Globalization;
using System.Runtime.InteropServices;

namespace Signalbox.EndToEnd.Support;

/// <summary>A listening socket of another process, ended behind its back, as <c>ss --kill</c> does it: it stays open there and listens no more.</summary>
internal static partial class ForeignSocket
{
    /// <summary>pidfd_open(2) and pidfd_getfd(2); the numbers are the same on x86-64 and arm64.</summary>
    private const int PidfdOpen = 434, PidfdGetfd = 438;

    private const int Both = 2;

    /// <summary>EBADF.</summary>
    private const int BadDescriptor = 9;

    /// <summary>
    /// Has another program take the port from the daemon: its socket is ended, and again should the daemon have bound it anew before the other came to it.
    /// </summary>
    /// <param name="home">Where the other program belongs.</param>
    /// <param name="daemon">A process that this one started, whose descriptors it may therefore take (ptrace(2), Yama).</param>
    /// <param name="port">On 127.0.0.1.</param>
    /// <returns>Who has the port now.</returns>
    public static async Task<ChildProcess> TakeAsync(Home home, Daemon daemon, int port)
    {
        var taker = home.Start(DevServer.Python, [Product.TestFile("taker.py"), $"{port}"]);
        await taker.LineAsync("that it waits", line => line == "waiting");
        await Wait.UntilAsync("another program has the port", () =>
        {
            if (taker.Output.Contains("listening")) return true;
            End(daemon.Id, port);
            return false;
        }, () => taker.Transcript);
        return taker;
    }

    private static void End(int pid, int port)
    {
        var local = $"0100007F:{port:X4}";
        var inode = File.ReadLines("/proc/net/tcp").Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries)).SingleOrDefault(fields => fields[1] == local && fields[3] == "0A")?[9];
        if (inode is null || Directory.EnumerateFiles($"/proc/{pid}/fd").SingleOrDefault(file => new FileInfo(file).LinkTarget == $"socket:[{inode}]") is not { } file) return;
        var process = Checked(Call(PidfdOpen, pid, 0, 0));
        var socket = Call(PidfdGetfd, process, int.Parse(Path.GetFileName(file), CultureInfo.InvariantCulture), 0);
        var closed = socket < 0 && Marshal.GetLastPInvokeError() == BadDescriptor;
        Checked(Close((int)process));
        // The daemon has noticed an earlier end in this very moment.
        if (closed) return;
        Checked(socket);
        Checked(Shutdown((int)socket, Both));
        Checked(Close((int)socket));
    }

    private static nint Checked(nint result) => result >= 0 ? result : throw new InvalidOperationException($"The system call failed with error {Marshal.GetLastPInvokeError()}.");

    [LibraryImport("libc", EntryPoint = "syscall", SetLastError = true)]
    private static partial nint Call(nint number, nint first, nint second, nint third);

    [LibraryImport("libc", EntryPoint = "shutdown", SetLastError = true)]
    private static partial int Shutdown(int socket, int how);

    [LibraryImport("libc", EntryPoint = "close", SetLastError = true)]
    private static partial int Close(int descriptor);
}
