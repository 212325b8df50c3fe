using Signalbox.Cli.Client;
using Signalbox.Cli.Output;
using Signalbox.Model;

namespace Signalbox.Cli.Doctor;

/// <summary>The home: there, private, writable, with room on its disk.</summary>
internal static class HomeCheck
{
    /// <summary>A database of 1,000,000 routes and its journal fit into a few hundred MB; below this the next change may be the one that fails.</summary>
    private const long LeastFree = 100 * 1024 * 1024;

    private const UnixFileMode Others = UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.GroupExecute
        | UnixFileMode.OtherRead | UnixFileMode.OtherWrite | UnixFileMode.OtherExecute;

    private const UnixFileMode Writers = UnixFileMode.GroupWrite | UnixFileMode.OtherWrite;

    public static Finding Look(HomeLayout home)
    {
        var root = home.Root;
        if (!Directory.Exists(root)) return Finding.Ok("home", $"{root} does not exist yet; the first start makes it");
        try
        {
            // The start lock is the one file that anybody may make at any time: what it is for is unharmed by it.
            var attempt = StartLock.Try(home);
            if (!attempt.Succeeded) return Finding.Fail("home", $"{root}: {attempt.Problem.Text}", attempt.Problem.Advice);
            attempt.Value.File?.Dispose();
            var mode = OperatingSystem.IsWindows() ? UnixFileMode.None : File.GetUnixFileMode(root);
            if ((mode & Writers) != 0) return Finding.Fail("home", $"{root} may be written by other users, who could take over every name", $"chmod 700 {root}");
            if ((mode & Others) != 0) return Finding.Warn("home", $"{root} may be read by other users", $"chmod 700 {root}");
            var free = new DriveInfo(root).AvailableFreeSpace;
            return free < LeastFree
                ? Finding.Warn("home", $"{root} has only {free / 1024 / 1024} MB left on its disk", "Free some space, or move the home with --home.")
                : Finding.Ok("home", root);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return Finding.Fail("home", HomeFolder.Unusable(home, error).Text, HomeFolder.Unusable(home, error).Advice);
        }
    }
}
