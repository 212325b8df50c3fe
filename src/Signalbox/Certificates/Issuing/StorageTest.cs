using Signalbox.Certificates.Book;
using Signalbox.Model;
using Signalbox.Store;

namespace Signalbox.Certificates.Issuing;

/// <summary>Whether a certificate could be kept, tried before one is ordered: an order whose key or certificate is lost costs the CA's limits for nothing.</summary>
internal static class StorageTest
{
    private static readonly string Content = new('x', 16 * 1024);

    /// <summary>Writes as much as a key with its chain, reads it back and removes it, in each of the directories; the problem when something of that fails.</summary>
    public static Problem? Run(HomeLayout home)
    {
        foreach (var directory in new[] { home.PublicCertificates, home.OrderKeys, home.AccountKeys })
        {
            // One name a try: two names may be at this point at the same instant.
            var path = Path.Combine(directory, $"test-{Guid.NewGuid():N}");
            if (CertificateShelf.Write(path, Content) is { } problem) return problem;
            try
            {
                var same = File.ReadAllText(path) == Content;
                File.Delete(path);
                if (!same) return Broken(directory, "what was written is not what is read");
            }
            catch (Exception error) when (AtomicFile.IsDiskFailure(error))
            {
                return Broken(directory, error.Message.TrimEnd('.'));
            }
        }

        return null;
    }

    private static Problem Broken(string directory, string reason) => new(ProblemType.StoreFull, ProblemSide.System, directory,
        $"Certificates could not be kept there: {reason}. None is ordered until they can.", "Look at the disk and at the rights of the directory; it is tried again by itself.", Retry: true);
}
