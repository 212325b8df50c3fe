using System.Collections.Concurrent;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Signalbox.Certificates.Acme.Keys;
using Signalbox.EndToEnd.Support;

namespace Signalbox.EndToEnd.Certificates;

/// <summary>Shows a validation certificate to whoever comes and speaks acme-tls/1. Pebble comes several times at once and wants each answered.</summary>
internal sealed class TlsAlpnResponder : IAsyncDisposable
{
    private readonly TcpListener _listener;
    private readonly Task _accepting;
    private volatile X509Certificate2? _certificate;

    public TlsAlpnResponder(string address)
    {
        _listener = new TcpListener(IPAddress.Parse(address), PortPool.Take());
        _listener.Start();
        _accepting = AcceptAsync();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>The server names that were asked for.</summary>
    public ConcurrentBag<string> Asked { get; } = [];

    public void Show(X509Certificate2 certificate) => _certificate = certificate;

    public async ValueTask DisposeAsync()
    {
        _listener.Stop();
        await _accepting;
    }

    private async Task AcceptAsync()
    {
        var serving = new List<Task>();
        try
        {
            while (true) serving.Add(ServeAsync(await _listener.AcceptTcpClientAsync()));
        }
        catch (SocketException)
        {
            // Stopped.
        }

        await Task.WhenAll(serving);
    }

    private async Task ServeAsync(TcpClient client)
    {
        using (client)
        {
            await using var tls = new SslStream(client.GetStream());
            try
            {
                await tls.AuthenticateAsServerAsync(
                    (_, hello, _, _) =>
                    {
                        Asked.Add(hello.ServerName);
                        return ValueTask.FromResult(new SslServerAuthenticationOptions
                        {
                            ServerCertificate = _certificate, ApplicationProtocols = [new SslApplicationProtocol(TlsAlpnCertificate.Protocol)],
                        });
                    },
                    null);
            }
            catch (Exception e) when (e is IOException or AuthenticationException)
            {
                // The CA tells the test why it did not like the answer.
            }
        }
    }
}
