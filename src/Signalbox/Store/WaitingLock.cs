using System.Runtime.InteropServices;

namespace Signalbox.Store;

/// <summary>
/// A lock between processes for work of a few milliseconds, such as making a file that is made once: whoever comes second waits and then looks
/// again. The kernel lets go of it when its holder ends in any way (flock(2)), so the file itself means nothing and may lie about.
/// </summary>
internal sealed class WaitingLock : IDisposable
{
    private int _descriptor;

    private WaitingLock(int descriptor) => _descriptor = descriptor;

    /// <summary>Waits for the lock. The directory must exist. Throws <see cref="IOException"/> or
    /// <see cref="UnauthorizedAccessException"/> when the file cannot be had.</summary>
    public static WaitingLock Take(string path)
    {
        if (!File.Exists(path)) Create(path);
        var descriptor = Posix.Open(path);
        if (descriptor < 0) throw new IOException($"The lock file {path} cannot be opened: {Marshal.GetLastPInvokeErrorMessage()}.");
        while (Posix.Lock(descriptor, Posix.LockExclusive) < 0)
        {
            if (Marshal.GetLastPInvokeError() == Posix.Interrupted) continue;
            var reason = Marshal.GetLastPInvokeErrorMessage();
            _ = Posix.Close(descriptor);
            throw new IOException($"The lock file {path} cannot be locked: {reason}.");
        }

        return new WaitingLock(descriptor);
    }

    public void Dispose()
    {
        var descriptor = Interlocked.Exchange(ref _descriptor, -1);
        if (descriptor < 0) return;

        // Closing alone is not enough: a program being started at this instant has a copy of the descriptor until it executes, and would hold the lock on.
        _ = Posix.Lock(descriptor, Posix.LockNone);
        _ = Posix.Close(descriptor);
    }

    private static void Create(string path)
    {
        try
        {
            var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, Share = FileShare.ReadWrite };
            if (!OperatingSystem.IsWindows()) options.UnixCreateMode = AtomicFile.Secret;
            new FileStream(path, options).Dispose();
        }
        catch (IOException) when (File.Exists(path))
        {
            // Somebody else made it at the same instant: that is the file to lock.
        }
    }
}
