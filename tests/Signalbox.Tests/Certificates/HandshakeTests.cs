using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Microsoft.Extensions.Logging.Abstractions;
using Signalbox.Certificates.LocalAuthority;
using Signalbox.Tests.Support;

namespace Signalbox.Tests.Certificates;

public sealed class HandshakeTests : IDisposable
{
    private readonly TemporaryHome _home = new();

    public void Dispose() => _home.Dispose();

    [Theory]
    [InlineData(SslProtocols.Tls12)]
    [InlineData(SslProtocols.Tls13)]
    public async Task Handshake_FreshAndReadBack_IsTrustedByWhoTrustsTheRoot(SslProtocols protocol)
    {
        for (var round = 0; round < 2; round++)
        {
            await using var authority = Authority.Open(_home.Layout, ["localhost"], TimeProvider.System, NullLogger.Instance).Value!;
            var sent = await ConnectAsync(authority, "app.localhost", protocol);

            // The root is not sent: who trusts it has it.
            sent.ShouldNotContain(authority.Root.Thumbprint);
        }
    }

    [Fact]
    public async Task Handshake_UnderAnotherName_IsRefused()
    {
        await using var authority = Authority.Open(_home.Layout, ["localhost"], TimeProvider.System, NullLogger.Instance).Value!;
        await Should.ThrowAsync<AuthenticationException>(() => ConnectAsync(authority, "app.localhost", SslProtocols.Tls13, "other.localhost"));
    }

    private static async Task<IReadOnlyList<string>> ConnectAsync(Authority authority, string host, SslProtocols protocol, string? serve = null)
    {
        var token = TestContext.Current.CancellationToken;
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var serving = ServeAsync();
        using var client = new TcpClient();
        await client.ConnectAsync((IPEndPoint)listener.LocalEndpoint, token);
        await using var tls = new SslStream(client.GetStream());
        var policy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
        policy.CustomTrustStore.Add(X509CertificateLoader.LoadCertificate(authority.Root.RawData));
        IReadOnlyList<string> sent = [];
        try
        {
            await tls.AuthenticateAsClientAsync(new SslClientAuthenticationOptions
            {
                TargetHost = host,
                EnabledSslProtocols = protocol,
                CertificateChainPolicy = policy,
                RemoteCertificateValidationCallback = (_, _, chain, errors) =>
                {
                    sent = [.. chain!.ChainPolicy.ExtraStore.Select(certificate => certificate.Thumbprint)];
                    return errors == SslPolicyErrors.None;
                },
            }, token);
            await tls.WriteAsync(new byte[] { 1 }, token);
        }
        finally
        {
            tls.Close();
            client.Close();
            await serving;
        }

        return sent;

        async Task ServeAsync()
        {
            using var accepted = await listener.AcceptTcpClientAsync(token);
            await using var stream = new SslStream(accepted.GetStream());
            try
            {
                await stream.AuthenticateAsServerAsync(async (_, hello, _, _) =>
                {
                    var found = (await authority.FindAsync(serve ?? hello.ServerName, keep: true))!;
                    return new SslServerAuthenticationOptions { ServerCertificateContext = SslStreamCertificateContext.Create(found.Leaf, found.Chain, offline: true) };
                }, null, token);
                await stream.ReadExactlyAsync(new byte[1], token);
            }
            catch (Exception error) when (error is IOException or AuthenticationException)
            {
                // The client went away because it refused the certificate.
            }
        }
    }
}
