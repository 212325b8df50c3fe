using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;

namespace Signalbox.Proxy.Tls;

/// <summary>
/// What was agreed on, as the server asks for it: that there is TLS at all makes the scheme https, the protocol chosen makes HTTP/2, and that wants TLS 1.2 at least.
/// </summary>
internal sealed class TlsFeatures(SslStream tls, string? serverName) : ITlsConnectionFeature, ITlsHandshakeFeature, ITlsApplicationProtocolFeature
{
    public ReadOnlyMemory<byte> ApplicationProtocol { get; } = tls.NegotiatedApplicationProtocol.Protocol;

    public SslProtocols Protocol { get; } = tls.SslProtocol;

    public TlsCipherSuite? NegotiatedCipherSuite { get; } = tls.NegotiatedCipherSuite;

    public string HostName { get; } = serverName ?? "";

    /// <summary>Clients are asked for none.</summary>
    public X509Certificate2? ClientCertificate { get; set; }

#pragma warning disable SYSLIB0058 // The interface still has what the suite tells better.
    public CipherAlgorithmType CipherAlgorithm => tls.CipherAlgorithm;

    public int CipherStrength => tls.CipherStrength;

    public HashAlgorithmType HashAlgorithm => tls.HashAlgorithm;

    public int HashStrength => tls.HashStrength;

    public ExchangeAlgorithmType KeyExchangeAlgorithm => tls.KeyExchangeAlgorithm;

    public int KeyExchangeStrength => tls.KeyExchangeStrength;
#pragma warning restore SYSLIB0058

    public Task<X509Certificate2?> GetClientCertificateAsync(CancellationToken cancellationToken) => Task.FromResult(ClientCertificate);
}
