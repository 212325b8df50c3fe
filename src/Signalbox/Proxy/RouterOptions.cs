using System.Net;
using Signalbox.Proxy.Transport;

namespace Signalbox.Proxy;

/// <summary>How the embedded router listens and how long it waits. Immutable; made once by Host.</summary>
internal sealed record RouterOptions
{
    /// <summary>Addresses to bind; each gets both ports. Default: loopback on both IP versions.</summary>
    public IReadOnlyList<IPAddress> Addresses { get; init; } = [IPAddress.Loopback, IPAddress.IPv6Loopback];

    /// <summary>0 lets the system choose one port, the same on every address.</summary>
    public int HttpPort { get; init; } = 80;

    /// <summary>0 lets the system choose one port, the same on every address.</summary>
    public int HttpsPort { get; init; } = 443;

    /// <summary>Who speaks to backends over HTTP/1.1 in clear.</summary>
    public ForwarderKind Forwarder { get; init; } = ForwarderKind.Lane;

    /// <summary>What the listeners run on. Where epoll is not to be had, the framework's sockets are used and <see cref="Router.Transport"/> says why.</summary>
    public TransportKind Transport { get; init; } = TransportKind.Epoll;

    /// <summary>Threads with an event loop each, 0 to 256; 0 means one a core. Without meaning for <see cref="TransportKind.Sockets"/>.</summary>
    public int EventLoops { get; init; }

    /// <summary>Networks whose forwarding headers are believed. Default: none.</summary>
    public IReadOnlyList<IPNetwork> TrustedProxies { get; init; } = [];

    /// <summary>This daemon's pseudonym in <c>Via</c> (RFC 9110 7.6.3); random, kept in the home.</summary>
    public string Pseudonym { get; init; } = "signalbox";

    /// <summary>How long a request waits for a backend that is away before it is answered 503. A dev server restarts in 1 to 3 s.</summary>
    public TimeSpan BackendWait { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How long one attempt to connect may take; a SYN is repeated after 1 and 3 s, so 5 s allows for two lost ones.</summary>
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>From a request's first byte to the end of its head; slower is answered 408. Above any real client, below a slow-header attack's use.</summary>
    public TimeSpan HeadersTimeout { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>Between requests on a kept connection; above the 120 s browsers and load balancers use, so that they close first.</summary>
    public TimeSpan KeepAliveTimeout { get; init; } = TimeSpan.FromSeconds(130);

    /// <summary>Bytes of a request's header section; more is answered 431. Twice the usual 32 KiB, for large cookies in development.</summary>
    public int MaxHeaderBytes { get; init; } = 64 * 1024;

    /// <summary>Header fields of a request; more is answered 431.</summary>
    public int MaxHeaderCount { get; init; } = 200;

    /// <summary>Bytes of a request line; more is answered 414. RFC 9112 3 asks for at least 8,000 octets.</summary>
    public int MaxRequestLineBytes { get; init; } = 16 * 1024;
}
