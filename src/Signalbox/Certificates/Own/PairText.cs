using Signalbox.Model;
using Signalbox.Store;

namespace Signalbox.Certificates.Own;

/// <summary>A certificate and its key as somebody gave them, not looked at yet. Its text never holds the key.</summary>
/// <param name="CertificatePlace">What problems with the certificate are said of: its file.</param>
/// <param name="KeyPlace">The same of the key.</param>
/// <param name="Certificate">PEM.</param>
/// <param name="Key">PEM.</param>
internal sealed record PairText(string CertificatePlace, string KeyPlace, string Certificate, string Key)
{
    /// <summary>Bytes. Chains have a few KiB; keeps a path that was mistyped into a disk image out of memory.</summary>
    private const int MaxLength = 1024 * 1024;

    /// <summary>Something worth a word that is no reason to refuse; null when there is nothing.</summary>
    public string? Notice { get; init; }

    /// <summary>Reads the two files. Problems: one is not there, is no file, or may not be read.</summary>
    public static Outcome<PairText> Read(OwnFiles files)
    {
        var certificate = Read(files.Certificate);
        if (!certificate.Succeeded) return Outcome<PairText>.Failed(certificate.Problems);
        var key = files.Key == files.Certificate ? certificate : Read(files.Key);
        if (!key.Succeeded) return Outcome<PairText>.Failed(key.Problems);
        return new PairText(files.Certificate, files.Key, certificate.Value.Text, key.Value.Text)
        {
            Notice = key.Value.IsOpen ? $"Everybody on this machine may read the key: chmod o-r {files.Key}" : null,
        };
    }

    public override string ToString() => $"{CertificatePlace}, {KeyPlace}";

    private static Outcome<(string Text, bool IsOpen)> Read(string path)
    {
        try
        {
            using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            if (stream.Length > MaxLength) return Unreadable(path, $"it has {stream.Length} bytes and {MaxLength} is the most");
            using var reader = new StreamReader(stream);
            var isOpen = !OperatingSystem.IsWindows() && File.GetUnixFileMode(stream.SafeFileHandle).HasFlag(UnixFileMode.OtherRead);
            return (reader.ReadToEnd(), isOpen);
        }
        catch (Exception error) when (error is FileNotFoundException or DirectoryNotFoundException)
        {
            return new Problem(ProblemType.CertificateUnavailable, ProblemSide.Request, path, "There is no such file.", "Check the path in the config file; a relative one begins where that file lies.", Retry: true);
        }
        catch (Exception error) when (AtomicFile.IsDiskFailure(error))
        {
            return Unreadable(path, error.Message.TrimEnd('.'));
        }
    }

    private static Problem Unreadable(string path, string reason) =>
        new(ProblemType.CertificateUnavailable, ProblemSide.System, path, $"The file cannot be read: {reason}.", $"Give the user of the daemon ({Environment.UserName}) the right to read it.", Retry: true);
}
