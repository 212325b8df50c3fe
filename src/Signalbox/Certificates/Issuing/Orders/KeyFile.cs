using Signalbox.Certificates.Acme.Keys;
using Signalbox.Certificates.Book;
using Signalbox.Model;
using Signalbox.Store;

namespace Signalbox.Certificates.Issuing.Orders;

/// <summary>A private key in a file of its own.</summary>
internal static class KeyFile
{
    /// <summary>Null when there is no such file; a problem when it cannot be read or holds no key, and then nothing takes its place by itself.</summary>
    public static Outcome<AcmeKey>? Read(string path)
    {
        try
        {
            return AcmeKey.FromPem(path, File.ReadAllText(path));
        }
        catch (Exception error) when (error is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
        catch (Exception error) when (AtomicFile.IsDiskFailure(error))
        {
            return new Problem(ProblemType.StoreDamaged, ProblemSide.System, path, $"The key cannot be read: {error.Message.TrimEnd('.')}.", "Give this user the right to read it.", Retry: true);
        }
    }

    /// <summary>
    /// Removes the keys of orders that have ended: a crash between the end of an order, which is in the store, and the removal of its key leaves one behind.
    /// </summary>
    /// <param name="home">Whose.</param>
    /// <param name="open">Orders that have not ended; theirs stay.</param>
    public static void RemoveEnded(HomeLayout home, IReadOnlySet<string> open)
    {
        if (!Directory.Exists(home.OrderKeys)) return;
        foreach (var path in Directory.EnumerateFiles(home.OrderKeys).Where(path => !open.Contains(Path.GetFileNameWithoutExtension(path)))) CertificateShelf.Remove(path);
    }
}
