using Signalbox.Model;

namespace Signalbox.Cli.Client;

/// <summary>
/// The right to start a home's daemon: an exclusive flock(2), which the kernel lets go when its holder ends in whatever way.
/// The file itself means nothing: one left behind blocks nobody.
/// </summary>
/// <param name="File">Disposed to let go; null when another command holds the lock.</param>
internal sealed record StartLock(FileStream? File)
{
    /// <summary>EWOULDBLOCK of Linux and of macOS, which .NET keeps in the exception's HResult.</summary>
    private static bool IsHeld(IOException error) => error.HResult is 11 or 35;

    /// <summary>Takes the lock if it is free, without waiting. Problem: the home cannot be used.</summary>
    public static Outcome<StartLock> Try(HomeLayout home)
    {
        try
        {
            var options = new FileStreamOptions { Mode = FileMode.OpenOrCreate, Access = FileAccess.ReadWrite, Share = FileShare.None };
            if (!OperatingSystem.IsWindows()) options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
            return new StartLock(new FileStream(home.StartLock, options));
        }
        catch (IOException error) when (IsHeld(error))
        {
            return new StartLock((FileStream?)null);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return HomeFolder.Unusable(home, error);
        }
    }
}
