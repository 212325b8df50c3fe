namespace Signalbox.Sources.Files;

/// <summary>What tells one content of a file from another at little cost: whether it is there, its length, and when it was written.</summary>
internal readonly record struct FileStamp(bool Exists, long Length, DateTime Written)
{
    /// <summary>True when there is nothing to read: no file, or one without a byte.</summary>
    public bool IsVoid => !Exists || Length == 0;

    /// <summary>Of the file a link leads to, where it is one.</summary>
    public static FileStamp Of(string path)
    {
        try
        {
            using var handle = File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            return new FileStamp(true, RandomAccess.GetLength(handle), File.GetLastWriteTimeUtc(handle));
        }
        catch (Exception error) when (error is FileNotFoundException or DirectoryNotFoundException)
        {
            return default;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // There, but not to be read: other than missing, and the reading itself says why.
            return new FileStamp(true, -1, default);
        }
    }
}
