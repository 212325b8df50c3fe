using System.Runtime.InteropServices;

namespace Signalbox.Store;

/// <summary>
/// Writes a file whole or not at all: a temporary file in the same directory, flushed, then renamed over the target, then the directory
/// flushed. Whoever reads sees the old content or the new, also after a power cut. Errors are <see cref="IOException"/> and
/// <see cref="UnauthorizedAccessException"/>; see <see cref="IsDiskFailure"/>.
/// </summary>
internal static class AtomicFile
{
    /// <summary>Owner reads and writes: for keys and whatever else is nobody's business.</summary>
    public const UnixFileMode Secret = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <summary>Owner writes, everybody reads.</summary>
    public const UnixFileMode Public = Secret | UnixFileMode.GroupRead | UnixFileMode.OtherRead;

    /// <summary>Owner alone may look into the directory.</summary>
    public const UnixFileMode PrivateDirectory = Secret | UnixFileMode.UserExecute;

    /// <summary>Makes the directory, and those above it, where they are missing. One that is there keeps its mode.</summary>
    public static void MakeDirectory(string path, UnixFileMode mode = PrivateDirectory)
    {
        if (OperatingSystem.IsWindows()) Directory.CreateDirectory(path);
        else Directory.CreateDirectory(path, mode);
    }

    /// <summary>The temporary file's name is fixed, so that one left behind by a kill is used up by the next write and never piles up.</summary>
    public static string Temporary(string path) => path + ".new";

    /// <summary>Writes the file. A second writer of the same file at the same instant gets an <see cref="IOException"/>, never a mixture.</summary>
    public static void Write(string path, ReadOnlySpan<byte> content, UnixFileMode mode)
    {
        var temporary = Temporary(path);

        // Renamed while still open and locked, so that no other writer can get hold of it between flush and rename.
        using var file = Fill(temporary, content, mode);
        LetReadersIn(file);
        File.Move(temporary, path, overwrite: true);
        FlushDirectory(Path.GetDirectoryName(path)!);
    }

    /// <summary>Writes and flushes the temporary file only; <see cref="Publish"/> gives it its name later.</summary>
    public static void Stage(string path, ReadOnlySpan<byte> content, UnixFileMode mode) => Fill(Temporary(path), content, mode).Dispose();

    /// <summary>Renames what was staged over the file.</summary>
    public static void Publish(string path)
    {
        File.Move(Temporary(path), path, overwrite: true);
        FlushDirectory(Path.GetDirectoryName(path)!);
    }

    /// <summary>True for what a full, read-only or forbidden disk throws.</summary>
    public static bool IsDiskFailure(Exception error) => error is IOException or UnauthorizedAccessException;

    private static FileStream Fill(string temporary, ReadOnlySpan<byte> content, UnixFileMode mode)
    {
        var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write, Share = FileShare.None, BufferSize = 0 };
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = mode & Secret;
        var file = new FileStream(temporary, options);
        try
        {
            // A file left by a kill keeps its old mode, and the umask may have taken bits away: set it before the first byte is in.
            if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(file.SafeFileHandle, mode);
            file.Write(content);
            file.Flush(flushToDisk: true);
            return file;
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>
    /// From exclusive (FileShare.None) to shared: from the rename on readers open this very file, and an exclusive lock would refuse them. A writer that
    /// slips in while the lock changes hands has the file now, and this one is refused.
    /// </summary>
    private static void LetReadersIn(FileStream file)
    {
        if (OperatingSystem.IsWindows()) return;
        if (Posix.Lock((int)file.SafeFileHandle.DangerousGetHandle(), Posix.LockSharedOrRefuse) < 0 && Marshal.GetLastPInvokeError() == Posix.WouldBlock)
            throw new IOException($"The file {file.Name} is being written by another process.");
    }

    /// <summary>Makes the rename itself durable. Some file systems refuse to flush a directory; there the rename is as durable as they make it.</summary>
    private static void FlushDirectory(string directory)
    {
        if (OperatingSystem.IsWindows()) return;
        var descriptor = Posix.Open(directory);
        if (descriptor < 0) return;
        _ = Posix.Flush(descriptor);
        _ = Posix.Close(descriptor);
    }
}
