using Signalbox.Certificates.Book;
using Signalbox.Model;
using Signalbox.Store;

namespace Signalbox.Certificates.Issuing;

/// <summary>Whether a certificate could be kept, tried before one is ordered: an order whose key or certificate is lost costs the CA's limits for nothing.</summary>
internal sealed class StorageTest(HomeLayout home, TimeProvider time)
{
    /// <summary>Once a minute while orders are made: a disk fills slowly, and a test flushes it several times.</summary>
    private static readonly TimeSpan Every = TimeSpan.FromMinutes(1);

    private const string Prefix = "test-";

    private static readonly string Content = new('x', 16 * 1024);

    /// <summary>0: never.</summary>
    private long _fine;

    private string[] Directories => [home.PublicCertificates, home.OrderKeys, home.AccountKeys];

    /// <summary>Writes as much as a key with its chain, reads it back and removes it, in each of the directories; the problem when something of that fails.</summary>
    public Problem? Find()
    {
        // By the clock that nobody sets: one that was set back would put the next test off for years.
        if (Volatile.Read(ref _fine) is not 0 and var at && time.GetElapsedTime(at) < Every) return null;
        foreach (var directory in Directories)
        {
            if (Try(directory) is { } problem) return problem;
        }

        Volatile.Write(ref _fine, time.GetTimestamp());
        return null;
    }

    /// <summary>What a crash in the middle of a test left behind.</summary>
    public void Tidy()
    {
        foreach (var directory in Directories.Where(Directory.Exists))
        {
            foreach (var path in Directory.EnumerateFiles(directory, Prefix + "*")) CertificateShelf.Remove(path);
        }
    }

    private static Problem? Try(string directory)
    {
        // One name a try: two names may be at this point at the same instant.
        var path = Path.Combine(directory, $"{Prefix}{Guid.NewGuid():N}");
        if (CertificateShelf.Write(path, Content) is { } problem)
        {
            // On a full disk half of it is there, and each try has a name of its own.
            CertificateShelf.Remove(AtomicFile.Temporary(path));
            return problem;
        }

        try
        {
            var same = File.ReadAllText(path) == Content;
            File.Delete(path);
            return same ? null : Broken(directory, "what was written is not what is read");
        }
        catch (Exception error) when (AtomicFile.IsDiskFailure(error))
        {
            return Broken(directory, error.Message.TrimEnd('.'));
        }
    }

    private static Problem Broken(string directory, string reason) => new(ProblemType.StoreFull, ProblemSide.System, directory,
        $"Certificates could not be kept there: {reason}. None is ordered until they can.", "Look at the disk and at the rights of the directory; it is tried again by itself.", Retry: true);
}
