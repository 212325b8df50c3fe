using System.Net.Security;
using System.Runtime.CompilerServices;
using System.Security.Authentication;
using Signalbox.Model;
using Signalbox.Proxy.Routing;

namespace Signalbox.Proxy.Tls;

/// <summary>Chooses the certificate of a handshake by the server name the client asks for (RFC 6066 3).</summary>
/// <param name="book">Certificates by name.</param>
/// <param name="index">Which names are routed.</param>
/// <param name="challenges">Asked for clients that come to prove who holds a name, and for no others.</param>
internal sealed class TlsSelector(ICertificateBook book, HostIndex index, IChallengeCertificates challenges)
{
    /// <summary>The name for clients that send none, as those that connect by address do not.</summary>
    private const string Nameless = "localhost";

    /// <summary>RFC 8737 3.</summary>
    private const string ChallengeProtocol = "acme-tls/1";

    private static readonly SslApplicationProtocol Challenge = new(ChallengeProtocol);

    private static readonly List<SslApplicationProtocol> Protocols = [SslApplicationProtocol.Http2, SslApplicationProtocol.Http11];

    /// <summary>One context for each certificate, so that sessions can be resumed; it goes with the certificate.</summary>
    private readonly ConditionalWeakTable<ServerCertificate, Shown> _shown = [];

    private readonly StrongBox<int> _held = new();

    /// <summary>True for the protocol that no data is spoken in (RFC 8737 3).</summary>
    public static bool IsChallenge(SslApplicationProtocol chosen) => chosen == Challenge;

    /// <returns>Null when there is no certificate for the name: the handshake is to end, and never with somebody else's.</returns>
    /// <remarks>A certificate that has been shown before is answered at once, on the event loop that asks; all else goes on on the thread pool.</remarks>
    public ValueTask<SslServerAuthenticationOptions?> SelectAsync(ClientHello hello) => ChallengeFor(hello) is { } options ? new(options) : SelectAsync(hello.ServerName);

    /// <summary>
    /// For a client that offers the protocol of challenges, the certificate made for that name's challenge, and nothing else is spoken (RFC 8737 3). Without
    /// one the handshake goes on as any other: where the client offers nothing else, the library refuses it for want of a common protocol.
    /// </summary>
    private SslServerAuthenticationOptions? ChallengeFor(ClientHello hello)
    {
        if (hello.ServerName is not { } name || !hello.Protocols.Contains(ChallengeProtocol)) return null;
        return challenges.Find(Normalise(name)) is { } context ? Options(context, [Challenge]) : null;
    }

    private ValueTask<SslServerAuthenticationOptions?> SelectAsync(string? asked)
    {
        var host = string.IsNullOrEmpty(asked) ? Nameless : Normalise(asked);
        var finding = book.FindAsync(host, keep: index.Knows(host));
        if (!finding.IsCompletedSuccessfully) return WaitAsync(finding);
        var certificate = finding.Result;
        return certificate is not null && _shown.TryGetValue(certificate, out var shown) ? new(shown.Options) : WaitAsync(new(certificate));
    }

    private async ValueTask<SslServerAuthenticationOptions?> WaitAsync(ValueTask<ServerCertificate?> finding)
    {
        if (await finding is not { } certificate) return null;
        if (_shown.TryGetValue(certificate, out var known)) return known.Options;
        // A context's chain is put together when it is made: on a loop, others would wait.
        return (await Task.Run(() => _shown.GetValue(certificate, Show))).Options;
    }

    /// <summary>Clients write names in either case, and some with a dot at the end.</summary>
    private static string Normalise(string asked) => HostName.Parse(asked) is { Succeeded: true, Value: var host } ? host : asked.TrimEnd('.').ToLowerInvariant();

    private Shown Show(ServerCertificate certificate)
    {
        var options = Options(certificate.ToContext(), Protocols);
        return new Shown(options, ContextHold.Take(options, _held));
    }

    private static SslServerAuthenticationOptions Options(SslStreamCertificateContext context, List<SslApplicationProtocol> protocols) => new()
    {
        ServerCertificateContext = context,
        EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13,
        ApplicationProtocols = protocols,
    };

    /// <summary>How a certificate is shown.</summary>
    /// <param name="Options">For each handshake.</param>
    /// <param name="Hold">Lives as long as they do, and is of no other use.</param>
    private sealed record Shown(SslServerAuthenticationOptions Options, ContextHold? Hold);
}
