using System.Net.Security;
using System.Security.Cryptography.X509Certificates;

namespace Signalbox.Model;

/// <summary>A leaf with its private key and the chain to send with it.</summary>
internal sealed record ServerCertificate(X509Certificate2 Leaf, X509Certificate2Collection Chain)
{
    /// <summary>
    /// What a handshake shows: every link of the chain that leads on, without the root. RFC 8446 4.4.2 lets a sender leave out only what its "supported peers are known to possess", and
    /// nobody knows that of roots this system trusts. But the framework puts chains together by itself, and ends them at whatever it is told to trust. So it is told to trust the leaf
    /// and no root, neither of this system nor of the chain, where a self-signed certificate and one that leads from it to an older root may stand side by side. That also spares
    /// taking in all of the system's roots for each certificate, which is most of what this would cost.
    /// </summary>
    public SslStreamCertificateContext ToContext()
    {
        X509Certificate2Collection links = [.. Chain.Where(link => !link.SubjectName.RawData.AsSpan().SequenceEqual(link.IssuerName.RawData))];
        return SslStreamCertificateContext.Create(Leaf, links, offline: true, SslCertificateTrust.CreateForX509Collection([Leaf], sendTrustInHandshake: false));
    }
}
