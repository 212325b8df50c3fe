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
    public ValueTask<SslServerAuthenticationOptions> SelectAsync(TlsHandshakeCallbackContext handshake) => SelectAsync(handshake.ClientHelloInfo.ServerName);

    /// <inheritdoc cref="SelectAsync(TlsHandshakeCallbackContext)"/>
    /// <remarks>A certificate that has been shown before is answered at once, on the event loop that asks; all else goes on on the thread pool.</remarks>
    internal ValueTask<SslServerAuthenticationOptions> SelectAsync(string? asked)
    {
        var host = string.IsNullOrEmpty(asked) ? Nameless : Normalise(asked);
        var finding = book.FindAsync(host, keep: index.Knows(host));
        if (!finding.IsCompletedSuccessfully) return WaitAsync(host, finding);
        var certificate = finding.Result;
        return certificate is not null && _options.TryGetValue(certificate, out var options) ? new(options) : WaitAsync(host, new(certificate));
    }

    private async ValueTask<SslServerAuthenticationOptions> WaitAsync(string host, ValueTask<ServerCertificate?> finding)
    {
        if (await finding is not { } certificate) throw new AuthenticationException($"There is no certificate for “{host}”.");
        if (_options.TryGetValue(certificate, out var options)) return options;
        // A context's chain is built when it is made, and the first of a process reads the system's certificates from disk, which takes tens of milliseconds.
        return await Task.Run(() => _options.GetValue(certificate, Options));
    }

    /// <summary>The framework hands A-labels over as the Unicode they stand for; routes and certificates are kept by their A-labels.</summary>
    private static string Normalise(string asked) => HostName.Parse(asked) is { Succeeded: true, Value: var host } ? host : asked.TrimEnd('.').ToLowerInvariant();

    private static SslServerAuthenticationOptions Options(ServerCertificate from) => new()
    {
        // Offline: a handshake never fetches missing links of a chain from the network.
        ServerCertificateContext = SslStreamCertificateContext.Create(from.Leaf, from.Chain, offline: true),
        EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13,
        ApplicationProtocols = Protocols,
    };
}
