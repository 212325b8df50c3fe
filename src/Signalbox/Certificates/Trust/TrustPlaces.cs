namespace Signalbox.Certificates.Trust;

/// <summary>What of the machine the trust stores may look at and touch. Tests give directories of their own.</summary>
/// <param name="UserHome">The user's home directory.</param>
/// <param name="DataHome">XDG_DATA_HOME.</param>
/// <param name="ConfigHome">XDG_CONFIG_HOME.</param>
/// <param name="SystemRoot">Put in front of the system's directories; <c>/</c>.</param>
/// <param name="ProgramDirectories">Where programs are looked for, in this order.</param>
internal sealed record TrustPlaces(string UserHome, string DataHome, string ConfigHome, string SystemRoot, IReadOnlyList<string> ProgramDirectories)
{
    /// <summary>On Debian the programs that update the system's authorities are not on an ordinary user's PATH.</summary>
    private static readonly string[] Administration = ["/usr/local/sbin", "/usr/sbin", "/sbin"];

    public bool IsMacOS { get; init; } = OperatingSystem.IsMacOS();

    public static TrustPlaces OfThisMachine(Func<string, string?> variable)
    {
        var home = variable("HOME") is { Length: > 0 } told ? told : Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);
        var path = (variable("PATH") ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries).Where(Path.IsPathRooted);
        return new TrustPlaces(home, Xdg("XDG_DATA_HOME", ".local/share"), Xdg("XDG_CONFIG_HOME", ".config"), "/", [.. path, .. Administration]);

        // The XDG base directory specification: a relative value is to be ignored.
        string Xdg(string name, string otherwise) => variable(name) is { } value && Path.IsPathRooted(value) ? value : Path.Combine(home, otherwise);
    }

    /// <summary>The full path of a program; null when it is not installed.</summary>
    public string? Program(params ReadOnlySpan<string> names)
    {
        foreach (var name in names)
        {
            foreach (var directory in ProgramDirectories)
            {
                var path = Path.Combine(directory, name);
                if (File.Exists(path)) return path;
            }
        }

        return null;
    }

    /// <summary>A directory of the system, given from its root.</summary>
    public string InSystem(string path) => Path.Join(SystemRoot, path.TrimStart('/'));
}
