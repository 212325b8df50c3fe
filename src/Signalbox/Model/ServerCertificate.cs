using System.Net.Security;
using System.Security.Cryptography.X509Certificates;

namespace Signalbox.Model;

/// <summary>A leaf with its private key and the chain to send with it.</summary>
internal sealed record ServerCertificate(X509Certificate2 Leaf, X509Certificate2Collection Chain)
{
    /// <summary>
    /// What a handshake shows. Clients get the chain as it was given (RFC 8446 4.4.2): nothing is fetched from the network, and no link is left out because this system happens to trust
    /// the same authority by another way. The framework puts chains together by itself, so it is told to trust what was given and nothing else. Otherwise it would also take in all of
    /// the system's roots each time, which is three quarters of what this costs (1 ms without).
    /// </summary>
    public SslStreamCertificateContext ToContext() =>
        SslStreamCertificateContext.Create(Leaf, Chain, offline: true, SslCertificateTrust.CreateForX509Collection(Chain.Count > 0 ? Chain : [Leaf], sendTrustInHandshake: false));
}
