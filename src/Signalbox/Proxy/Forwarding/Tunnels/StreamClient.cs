using System.IO.Pipelines;
using Microsoft.AspNetCore.Http;

namespace Signalbox.Proxy.Forwarding.Tunnels;

/// <summary>One stream of a connection that goes on being HTTP: extended CONNECT (RFC 8441).</summary>
/// <param name="context">The request that asked for it.</param>
/// <param name="stream">What it was given.</param>
internal sealed class StreamClient(HttpContext context, Stream stream) : ITunnelClient
{
    public PipeReader Input { get; } = PipeReader.Create(stream, new StreamPipeReaderOptions(leaveOpen: true, useZeroByteReads: true));

    public PipeWriter Output { get; } = PipeWriter.Create(stream, new StreamPipeWriterOptions(leaveOpen: true));

    public CancellationToken Gone => context.RequestAborted;

    public async ValueTask<bool> EndOutputAsync()
    {
        // RFC 8441 5: the end of the stream is what the end of a TCP connection's direction was.
        await context.Response.CompleteAsync();
        return true;
    }

    public void Abort() => context.Abort();

    public void Dispose()
    {
        Input.Complete();
        Output.Complete();
    }
}
