using Signalbox.Model;

namespace Signalbox.Cli.Client;

/// <summary>The home directory as a command needs it: there, and only for its owner.</summary>
internal static class HomeFolder
{
    /// <summary>Makes the home with mode 0700 where it is missing. Null when it is there.</summary>
    public static Problem? Ensure(HomeLayout home)
    {
        try
        {
            if (OperatingSystem.IsWindows()) Directory.CreateDirectory(home.Root);
            else Directory.CreateDirectory(home.Root, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
            return null;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return Unusable(home, error);
        }
    }

    public static Problem Unusable(HomeLayout home, Exception error) => new(ProblemType.HomeUnusable, ProblemSide.System, home.Root,
        error switch
        {
            UnauthorizedAccessException => $"The home cannot be written to: it belongs to {FileOwner.Describe(home.Root)}, or is read-only.",
            FileNotFoundException or DirectoryNotFoundException => "The home cannot be made there.",
            _ => $"The home cannot be used: {error.Message.TrimEnd('.')}.",
        },
        "Free or repair it, or choose another with --home or SIGNALBOX_HOME.");
}
