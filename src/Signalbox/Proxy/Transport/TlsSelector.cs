using System.Net.Security;
using System.Runtime.CompilerServices;
using System.Security.Authentication;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Signalbox.Model;
using Signalbox.Proxy.Routing;

namespace Signalbox.Proxy.Transport;

/// <summary>Chooses the certificate of a handshake by the server name the client asks for (RFC 6066 3).</summary>
internal sealed class TlsSelector(ICertificateBook book, HostIndex index)
{
    /// <summary>The name for clients that send none, as those that connect by address do not.</summary>
    private const string Nameless = "localhost";

    private static readonly List<SslApplicationProtocol> Protocols = [SslApplicationProtocol.Http2, SslApplicationProtocol.Http11];

    /// <summary>One context for each certificate, so that sessions can be resumed; it goes with the certificate.</summary>
    private readonly ConditionalWeakTable<ServerCertificate, SslServerAuthenticationOptions> _options = [];

    /// <exception cref="AuthenticationException">There is no certificate for the name; the server ends the handshake.</exception>
    public async ValueTask<SslServerAuthenticationOptions> SelectAsync(TlsHandshakeCallbackContext handshake)
    {
        var asked = handshake.ClientHelloInfo.ServerName;
        var host = string.IsNullOrEmpty(asked) ? Nameless : Normalise(asked);
        return OptionsFor(host, await book.FindAsync(host, keep: index.Knows(host)));
    }

    /// <summary>The framework hands A-labels over as the Unicode they stand for; routes and certificates are kept by their A-labels.</summary>
    private static string Normalise(string asked) => HostName.Parse(asked) is { Succeeded: true, Value: var host } ? host : asked.TrimEnd('.').ToLowerInvariant();

    private SslServerAuthenticationOptions OptionsFor(string host, ServerCertificate? certificate) => certificate is null
        ? throw new AuthenticationException($"There is no certificate for “{host}”.")
        : _options.GetValue(certificate, static from => new SslServerAuthenticationOptions
        {
            // Offline: a handshake never fetches missing links of a chain from the network.
            ServerCertificateContext = SslStreamCertificateContext.Create(from.Leaf, from.Chain, offline: true),
            EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13,
            ApplicationProtocols = Protocols,
        });
}
