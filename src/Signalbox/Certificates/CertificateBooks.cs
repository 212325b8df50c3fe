using Signalbox.Certificates.Own;
using Signalbox.Model;

namespace Signalbox.Certificates;

/// <summary>
/// The certificate book the listeners ask: what people gave for a name comes first, then several books, of which the first that covers a name answers for it. The
/// local authority comes before the public ones: names under its domains are its own, as the manager orders none for them, and it tells so without a look-up.
/// </summary>
internal sealed class CertificateBooks(OwnBook own, params IReadOnlyList<ICertificateBook> books) : ICertificateBook
{
    public bool Covers(string host)
    {
        var answer = own.Look(host);
        return answer.Certificate is not null || (!answer.Decides && Find(host) is not null);
    }

    public ValueTask<ServerCertificate?> FindAsync(string host, bool keep)
    {
        var answer = own.Look(host);
        if (answer.Decides) return new(answer.Certificate);
        return Find(host)?.FindAsync(host, keep) ?? new(answer.Certificate);
    }

    private ICertificateBook? Find(string host)
    {
        foreach (var book in books)
        {
            if (book.Covers(host)) return book;
        }

        return null;
    }
}
