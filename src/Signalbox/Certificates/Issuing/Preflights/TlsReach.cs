using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Signalbox.Certificates.Acme;
using Signalbox.Certificates.Acme.Keys;
using Signalbox.Certificates.Challenges;

namespace Signalbox.Certificates.Issuing.Preflights;

/// <summary>Asks at a name's addresses, as the CA will for tls-alpn-01, for a certificate only this daemon has: does what comes in there reach us?</summary>
/// <param name="table">Where the certificate is shown.</param>
/// <param name="time">For the certificate's times.</param>
/// <param name="port">Where CAs ask: RFC 8737 3 has port 443 and no other; tests have theirs.</param>
internal sealed class TlsReach(TlsAlpnTable table, TimeProvider time, int port = TlsReach.StandardPort)
{
    /// <summary>RFC 8737 3: "The ACME server initiates a TLS connection to the chosen IP address. This connection MUST use TCP port 443."</summary>
    public const int StandardPort = 443;

    /// <param name="name">The name that leads there; none with a wildcard.</param>
    /// <param name="addresses">Where it leads.</param>
    /// <param name="stop">Gives up.</param>
    public async Task<Reach.Result> TryAsync(Identifier name, IReadOnlyList<IPAddress> addresses, CancellationToken stop)
    {
        // Of nothing that a CA would ask for.
        var context = await TlsAlpnTable.MakeAsync(name, Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16)), time.GetUtcNow(), stop);
        await using var shown = await table.ShowAsync(name.ServerName, context, stop);
        var answers = await Task.WhenAll(addresses.Take(Reach.Most).Select(address => AskAsync(name.ServerName, address, context.TargetCertificate.RawData, stop)));
        return Reach.Together(answers, Reach.Advice(name.ToString(), port));
    }

    private async Task<Reach.Result> AskAsync(string serverName, IPAddress address, byte[] mine, CancellationToken stop)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(stop);
        limit.CancelAfter(Reach.Limit);
        try
        {
            using var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            await socket.ConnectAsync(new IPEndPoint(address, port), limit.Token);
            X509Certificate? other = null;
            await using var tls = new SslStream(new NetworkStream(socket), false, (_, certificate, _, _) => (other = certificate) is not null);
            await tls.AuthenticateAsClientAsync(Options(serverName), limit.Token);
            return other!.GetRawCertData().AsSpan().SequenceEqual(mine)
                ? new Reach.Result(NamePreflight.Ok, $"{address} port {port} is this daemon", null)
                : new Reach.Result(NamePreflight.Failed, $"{address} port {port} shows another certificate to {TlsAlpnCertificate.Protocol}, and is not this daemon", null);
        }
        catch (AuthenticationException)
        {
            // This daemon would not have refused what it was just told to show.
            return new Reach.Result(NamePreflight.Failed, $"{address} port {port} refuses {TlsAlpnCertificate.Protocol}, and is not this daemon", null);
        }
        catch (Exception error) when (error is IOException or SocketException || (error is OperationCanceledException && !stop.IsCancellationRequested))
        {
            return Reach.CouldNot(address, port, error);
        }
    }

    /// <summary>Nobody is trusted and nothing is fetched: which certificate it is, and no more, is looked at.</summary>
    private static SslClientAuthenticationOptions Options(string serverName) => new()
    {
        TargetHost = serverName,
        ApplicationProtocols = [new SslApplicationProtocol(TlsAlpnCertificate.Protocol)],
        CertificateChainPolicy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck, DisableCertificateDownloads = true },
    };
}
