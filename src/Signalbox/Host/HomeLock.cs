using Signalbox.Model;
using Signalbox.Store;

namespace Signalbox.Host;

/// <summary>
/// One daemon a home. An OS file lock (flock(2)), which the kernel lets go of when its holder dies in any way: a file left behind means nothing and is
/// never waited for.
/// </summary>
internal sealed class HomeLock : IDisposable
{
    private readonly FileStream _file;

    private HomeLock(FileStream file) => _file = file;

    public static Outcome<HomeLock> Take(HomeLayout home)
    {
        FileStream file;
        try
        {
            AtomicFile.MakeDirectory(home.Root);
            file = new FileStream(home.DaemonLock, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, bufferSize: 0);
        }
        catch (IOException error) when (IsHeld(error, home))
        {
            return new Problem(ProblemType.HomeInUse, ProblemSide.Daemon, home.Root, "Another signalbox daemon runs in this home already.", "Use it (`signalbox status`), stop it (`signalbox down`), or give another --home.");
        }
        catch (Exception error) when (AtomicFile.IsDiskFailure(error))
        {
            return new Problem(ProblemType.HomeUnusable, ProblemSide.System, home.Root, $"The home cannot be used: {error.Message}", "Check that the directory may be made and written, and that the disk is not full; or give another --home.");
        }

        try
        {
            file.SetLength(0);
            file.Write(System.Text.Encoding.ASCII.GetBytes($"{Environment.ProcessId}\n"));
        }
        catch (IOException)
        {
            // The number is for people who look at the file; the lock is what counts.
        }

        return new HomeLock(file);
    }

    public void Dispose() => _file.Dispose();

    // .NET throws a plain IOException with EWOULDBLOCK (11 on Linux, 35 on macOS) when flock finds another holder.
    private static bool IsHeld(IOException error, HomeLayout home) => error is not (DirectoryNotFoundException or FileNotFoundException or PathTooLongException)
        && File.Exists(home.DaemonLock) && error.HResult is 11 or 35;
}
