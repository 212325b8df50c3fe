using System.Net.Security;

namespace Signalbox.Model;

/// <summary>Certificates that prove to an authority who holds a name, each while such a challenge is open (RFC 8737). Asked at handshakes that offer <c>acme-tls/1</c> only.</summary>
internal interface IChallengeCertificates
{
    /// <summary>The context of the certificate for exactly this name; null when none is open. Answers at once, from memory.</summary>
    /// <param name="serverName">Lower case, no trailing dot.</param>
    SslStreamCertificateContext? Find(string serverName);
}

/// <summary>No challenge is ever open.</summary>
internal sealed class NoChallengeCertificates : IChallengeCertificates
{
    public static NoChallengeCertificates Instance { get; } = new();

    public SslStreamCertificateContext? Find(string serverName) => null;
}
