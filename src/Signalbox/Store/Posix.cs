using System.Runtime.InteropServices;

namespace Signalbox.Store;

/// <summary>The few system calls the framework does not offer: a lock that waits, and flushing a directory.</summary>
internal static partial class Posix
{
    /// <summary>flock(2): exclusive; waits for the holder.</summary>
    public const int LockExclusive = 2;

    /// <summary>flock(2): shared, refused at once (LOCK_NB) when somebody has it exclusively.</summary>
    public const int LockSharedOrRefuse = 1 | 4;

    /// <summary>flock(2): lets go of it, at once and whoever else has the descriptor.</summary>
    public const int LockNone = 8;

    /// <summary>EINTR, the same number on Linux and macOS: a signal arrived, ask again.</summary>
    public const int Interrupted = 4;

    /// <summary>EWOULDBLOCK: somebody else has the lock.</summary>
    public static int WouldBlock => OperatingSystem.IsMacOS() ? 35 : 11;

    private const int ReadOnly = 0;

    /// <summary>O_CLOEXEC: programs started later must not inherit the descriptor, or they would hold our locks.</summary>
    private static int CloseOnExec => OperatingSystem.IsMacOS() ? 0x1000000 : 0x80000;

    /// <summary>Opens an existing file or directory for reading; -1 with the last error set when it cannot.</summary>
    public static int Open(string path) => Open(path, ReadOnly | CloseOnExec);

    // Declared without the variadic mode argument: it is read only when a file is created, and passing it needs another calling convention on some machines.
    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "close", SetLastError = true)]
    public static partial int Close(int descriptor);

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    public static partial int Flush(int descriptor);

    [LibraryImport("libc", EntryPoint = "flock", SetLastError = true)]
    public static partial int Lock(int descriptor, int operation);
}
