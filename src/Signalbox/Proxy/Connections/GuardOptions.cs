using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Signalbox.Proxy.Connections;

/// <summary>What the <see cref="RequestGuard"/> lets through and how long it waits. Immutable.</summary>
internal sealed record GuardOptions
{
    /// <summary>Octets of a request line with its CRLF; more is answered 414. RFC 9112 3 asks for at least 8,000.</summary>
    public int MaxRequestLineBytes { get; init; } = 16 * 1024;

    /// <summary>Octets of a request's header section and trailers together; more is answered 431. Twice the usual 32 KiB, for large cookies in development.</summary>
    public int MaxHeaderBytes { get; init; } = 64 * 1024;

    /// <summary>Fields of a request, trailers included; more is answered 431. Browsers send about 20; 200 leaves room for ten times that.</summary>
    public int MaxHeaderCount { get; init; } = 200;

    /// <summary>From the first octet of a head to its end; slower is answered 408. Above any real client, below what a slow-header attack needs.</summary>
    public TimeSpan HeadersTimeout { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>Octets read and thrown away after a refusal, so that a reset does not destroy the answer; a client that sends more is cut off.</summary>
    public int DrainBytes { get; init; } = 256 * 1024;

    /// <summary>How long a refused client may take to read its answer and close (RFC 9112 9.6); 2 s is what other servers linger.</summary>
    public TimeSpan DrainTime { get; init; } = TimeSpan.FromSeconds(2);

    public static GuardOptions Of(RouterOptions options) => new()
    {
        MaxRequestLineBytes = options.MaxRequestLineBytes,
        MaxHeaderBytes = options.MaxHeaderBytes,
        MaxHeaderCount = options.MaxHeaderCount,
        HeadersTimeout = options.HeadersTimeout,
    };

    /// <summary>
    /// Sets the server's own limits just above these, so that the guard's answers, which say the reason, come first.
    /// </summary>
    public void ApplyTo(KestrelServerLimits limits)
    {
        limits.MaxRequestLineSize = MaxRequestLineBytes + 2;
        limits.MaxRequestHeadersTotalSize = MaxHeaderBytes + 2;
        limits.MaxRequestHeaderCount = MaxHeaderCount + 1;
        limits.RequestHeadersTimeout = HeadersTimeout;
        // The server wants to know that a head fits into its buffers; how much is held is settled by the transports, which are ours to set.
        limits.MaxRequestBufferSize = limits.MaxRequestLineSize + limits.MaxRequestHeadersTotalSize;
    }
}
