namespace Signalbox.Sources.DevServers;

/// <summary>Reads files that others own and may change or withhold at any time.</summary>
internal static class SmallFile
{
    /// <summary>Nothing read this way is honestly larger: git's pointers have one line, a package.json some kilobytes.</summary>
    private const int MaxBytes = 4 << 20;

    /// <summary>The whole text, or null when the file is not there, not readable, or not small.</summary>
    public static string? Read(string path)
    {
        try
        {
            return new FileInfo(path) is { Exists: true, Length: <= MaxBytes } ? File.ReadAllText(path) : null;
        }
        catch (Exception e) when (IsUnreadable(e))
        {
            return null;
        }
    }

    /// <summary>True for what the file system says of files that are gone, withheld, or no files.</summary>
    public static bool IsUnreadable(Exception e) => e is IOException or UnauthorizedAccessException or System.Security.SecurityException;
}
