namespace Signalbox.EndToEnd.Support;

/// <summary>
/// A file system of a test's own (tmpfs) on a home's directory, seen by the processes started through it alone: they live in a mount namespace of their
/// own, so nothing of the machine changes and nothing is left behind.
/// </summary>
/// <param name="home">Its directory gets the file system.</param>
/// <param name="options">Mount options of the tmpfs, such as <c>size=1m</c>.</param>
internal sealed class SmallDisk(Home home, string options)
{
    /// <summary>Mounts, copies what was in the home, does what is asked, and becomes the program.</summary>
    private const string Script = """
        set -e
        saved=$(mktemp -d); cp -a "$1/." "$saved"
        mount -t tmpfs -o "$2" none "$1"
        cp -a "$saved/." "$1"; rm -r "$saved"
        cd "$1"; eval "$3"; cd /
        shift 3; exec "$@"
        """;

    /// <summary>Runs the program on it.</summary>
    /// <param name="prepare">Shell commands to run in the home before.</param>
    /// <param name="arguments">The program's.</param>
    public ChildProcess Start(string prepare, params string[] arguments)
    {
        // As root a namespace is enough; anybody else is root in a user namespace of their own.
        string[] unshare = Environment.IsPrivilegedProcess ? ["--mount"] : ["--map-root-user", "--mount"];
        return home.Start("unshare", [.. unshare, "sh", "-c", Script, "sh", home.Layout.Root, options, prepare, Product.Program, .. arguments]);
    }

    /// <summary>Runs another program beside one that was started here, seeing what that one sees.</summary>
    public static ChildProcess RunInside(Home home, ChildProcess process, string program, params string[] arguments)
    {
        string[] enter = Environment.IsPrivilegedProcess ? ["--mount"] : ["--user", "--preserve-credentials", "--mount"];
        return home.Start("nsenter", ["--target", $"{process.Id}", .. enter, program, .. arguments]);
    }

    /// <summary>A path of the home as a process inside sees it, for one outside.</summary>
    public static string Inside(ChildProcess process, string path) => $"/proc/{process.Id}/root{path}";

    /// <summary>Writes a file that takes all the room that is left. There is room again once it is removed.</summary>
    public static void Fill(string path)
    {
        using var file = new FileStream(path, FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 0);
        var page = new byte[4096];
        try
        {
            while (true) file.Write(page);
        }
        catch (IOException)
        {
            // Full: that is what is wanted.
        }
    }
}
