using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using Signalbox.Model;
using Signalbox.Model.Wire;

namespace Signalbox.Control.Proving;

/// <summary>
/// Asks the router's own listeners, over real sockets and real TLS, as a client would: connect, handshake with the name as server name, the local
/// authority's root as the only trust, the name as Host. Connections are kept for a moment, so that a bulk of proofs over plain HTTP shares a few. Where there is
/// no listener for plain HTTP these go over HTTPS, with a server name that has a certificate in any case.
/// </summary>
internal sealed class WayProbe : IWayProbe, IDisposable
{
    /// <summary>The first label asked for where the route is a wildcard: any label will do, this one says in a packet trace what it is.</summary>
    private const string WildcardLabel = "signalbox-proof";

    /// <summary>The server name where the name itself need not have a certificate.</summary>
    private const string AnyName = "localhost";

    /// <summary>A proof through loopback takes milliseconds; a machine under load may stretch that a thousandfold, not more.</summary>
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(10);

    private readonly ProofNonce _nonce;
    private readonly Func<string, bool> _isOurs;
    private readonly ListenerBook _listeners;
    private readonly HttpMessageInvoker _client;

    /// <param name="nonce">Signs the questions.</param>
    /// <param name="isOurs">True for names whose certificates the root signs: of others, only the way over HTTP is known to be good.</param>
    /// <param name="listeners">Where to ask.</param>
    /// <param name="root">The local authority's, the only one that is believed.</param>
    public WayProbe(ProofNonce nonce, Func<string, bool> isOurs, ListenerBook listeners, X509Certificate2 root)
    {
        (_nonce, _isOurs, _listeners) = (nonce, isOurs, listeners);
        var policy = new X509ChainPolicy
        {
            TrustMode = X509ChainTrustMode.CustomRootTrust,
            RevocationMode = X509RevocationMode.NoCheck,
            DisableCertificateDownloads = true,
        };
        policy.CustomTrustStore.Add(root);
        _client = new HttpMessageInvoker(new SocketsHttpHandler
        {
            UseProxy = false,
            AllowAutoRedirect = false,
            UseCookies = false,
            ActivityHeadersPropagator = null,
            PooledConnectionIdleTimeout = TimeSpan.FromSeconds(2),
            SslOptions = new SslClientAuthenticationOptions { CertificateChainPolicy = policy },
            ConnectCallback = ConnectAsync,
        });
    }

    public async Task<Problem?> AskAsync(Route route, bool wholeWay, CancellationToken cancellation)
    {
        var host = route.Key.Host.StartsWith("*.", StringComparison.Ordinal) ? WildcardLabel + route.Key.Host[1..] : route.Key.Host;
        var tls = wholeWay && route.Tls == TlsMode.Auto && _isOurs(host) && _listeners.Find("https") is not null;
        if ((_listeners.Find(tls ? "https" : "http") ?? _listeners.Find("https")) is not { } listener) return Unproved(route, "the router has no listener to ask");
        var path = Uri.EscapeDataString(route.Key.Path);

        // Over HTTPS the name is the connection's own (server name); over HTTP one listener address stands for all names, so connections are shared.
        var authority = tls ? host : listener.Protocol == "https" ? AnyName : "proof.invalid";
        using var request = new HttpRequestMessage(HttpMethod.Get, $"{listener.Protocol}://{authority}:{listener.Port}{ProofNonce.Path}?{ProofNonce.PathParameter}={path}");
        request.Headers.Host = host;
        request.Headers.Add(ProofNonce.Header, _nonce.Sign(new RouteKey(host, route.Key.Path).ToString()));
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(Timeout);
        try
        {
            using var response = await _client.SendAsync(request, limit.Token);
            if (response.StatusCode != HttpStatusCode.OK) return Unproved(route, $"the router answered {(int)response.StatusCode}");
            await using var body = await response.Content.ReadAsStreamAsync(limit.Token);
            var answer = await JsonSerializer.DeserializeAsync(body, SignalboxJson.Default.ProofAnswer, limit.Token);
            if (answer is null || answer.Id != route.Id) return Unproved(route, $"the router took route {answer?.Id ?? "none"} instead of {route.Id}");
            return answer.Revision == route.Revision ? null : Unproved(route, $"the router carries revision {answer.Revision} of it instead of {route.Revision}");
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return Unproved(route, $"the router did not answer within {Timeout.TotalSeconds:0} s");
        }
        catch (Exception error) when (error is HttpRequestException or IOException or JsonException or SocketException)
        {
            return Unproved(route, error.InnerException?.Message ?? error.Message);
        }
    }

    public void Dispose() => _client.Dispose();

    private async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellation)
    {
        var listener = _listeners.Find(context.InitialRequestMessage.RequestUri!.Scheme)
            ?? throw new HttpRequestException("The router has no such listener.");
        var address = IPAddress.Parse(listener.Address);
        if (address.Equals(IPAddress.Any)) address = IPAddress.Loopback;
        if (address.Equals(IPAddress.IPv6Any)) address = IPAddress.IPv6Loopback;
        var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(new IPEndPoint(address, listener.Port), cancellation);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private static Problem Unproved(Route route, string text) => new(
        ProblemType.RouteUnproved,
        ProblemSide.Daemon,
        route.Key.ToString(),
        $"The proof failed: {text}.",
        "It is tried again; `signalbox check --fix` gives the router the whole state anew.",
        Retry: true);
}
