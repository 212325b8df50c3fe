using System.Net;

namespace Signalbox.Proxy.Forwarding;

/// <summary>
/// A body of no bytes. The framework's client repeats a request that failed on a stale pooled connection when the request has no content, whatever its
/// method; with this content it does not, and only safe methods (RFC 9110 9.2.2) go without.
/// </summary>
internal sealed class NoBody : HttpContent
{
    protected override bool TryComputeLength(out long length)
    {
        length = 0;
        return true;
    }

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) => Task.CompletedTask;
}
