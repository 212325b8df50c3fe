using Signalbox.Model;

namespace Signalbox.Certificates;

/// <summary>
/// The certificate book the listeners ask: several books, the first that covers a name answers for it. In the order of how much somebody meant this very
/// name: own files, then certificates of a CA, then the local authority for the names under its domains.
/// </summary>
internal sealed class CertificateBooks(params IReadOnlyList<ICertificateBook> books) : ICertificateBook
{
    public bool Covers(string host) => Find(host) is not null;

    public ValueTask<ServerCertificate?> FindAsync(string host, bool keep) => Find(host)?.FindAsync(host, keep) ?? default;

    private ICertificateBook? Find(string host)
    {
        foreach (var book in books)
        {
            if (book.Covers(host)) return book;
        }

        return null;
    }
}
