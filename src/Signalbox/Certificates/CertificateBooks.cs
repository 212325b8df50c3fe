using Signalbox.Model;

namespace Signalbox.Certificates;

/// <summary>
/// The certificate book the listeners ask: several books, the first that covers a name answers for it. The local authority comes first: names under its
/// domains are its own, as the manager orders none for them, and it tells so without a look-up.
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
