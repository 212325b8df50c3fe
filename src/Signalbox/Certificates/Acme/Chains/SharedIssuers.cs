using System.Security.Cryptography.X509Certificates;

namespace Signalbox.Certificates.Acme.Chains;

/// <summary>
/// Certificates of CAs, one object for each however many chains it stands in: a CA signs all its names with two or three, and to read one costs a third of a millisecond.
/// Nobody disposes of them.
/// </summary>
internal static class SharedIssuers
{
    /// <summary>More than the CAs of one machine use at a time; the one that was met first goes first.</summary>
    private const int Most = 16;

    private static readonly Lock Lock = new();
    private static readonly List<X509Certificate2> Kept = [];

    /// <param name="der">The whole certificate.</param>
    /// <exception cref="System.Security.Cryptography.CryptographicException">It is none.</exception>
    public static X509Certificate2 Of(byte[] der)
    {
        lock (Lock)
        {
            foreach (var certificate in Kept)
            {
                if (certificate.RawDataMemory.Span.SequenceEqual(der)) return certificate;
            }

            var read = X509CertificateLoader.LoadCertificate(der);
            if (Kept.Count == Most) Kept.RemoveAt(0);
            Kept.Add(read);
            return read;
        }
    }
}
