using Signalbox.Model;

namespace Signalbox.Cli.Client;

/// <summary>Whether a daemon holds the home.</summary>
internal static class DaemonLock
{
    /// <summary>
    /// True when no daemon holds the home. The lock is asked for shared and let go at once: two commands that look at the same time do not
    /// see each other, and no file is made where there is none.
    /// </summary>
    public static bool IsFree(HomeLayout home)
    {
        try
        {
            using var held = new FileStream(home.DaemonLock, FileMode.Open, FileAccess.Read, FileShare.Read);
            return true;
        }
        catch (Exception error) when (error is FileNotFoundException or DirectoryNotFoundException)
        {
            return true;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }
}
