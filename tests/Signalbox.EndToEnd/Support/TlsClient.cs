using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;

namespace Signalbox.EndToEnd.Support;

/// <summary>A client that speaks TLS as a browser does, and trusts one root alone.</summary>
internal static class TlsClient
{
    /// <param name="root">Whom it trusts.</param>
    /// <param name="name">The server name it asks for; none where whoever uses these says it.</param>
    public static SslClientAuthenticationOptions Trusting(X509Certificate2 root, string? name = null) => new()
    {
        TargetHost = name,
        CertificateChainPolicy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, CustomTrustStore = { root }, RevocationMode = X509RevocationMode.NoCheck },
    };

    /// <summary>A connection to the loopback address after its handshake, which fails when the certificate is not good for the name.</summary>
    public static async Task<SslStream> OpenAsync(int port, string name, X509Certificate2 root)
    {
        using var limit = new CancellationTokenSource(Wait.Limit);
        var client = new TcpClient();
        try
        {
            await client.ConnectAsync(IPAddress.Loopback, port, limit.Token);
            var tls = new SslStream(client.GetStream());
            await tls.AuthenticateAsClientAsync(Trusting(root, name), limit.Token);
            return tls;
        }
        catch
        {
            client.Dispose();
            throw;
        }
    }
}
