using System.IO.Pipelines;

namespace Signalbox.Proxy.Forwarding.Tunnels;

/// <summary>The client's side of a tunnel. Neither direction holds a buffer while nothing comes.</summary>
internal interface ITunnelClient : IDisposable
{
    PipeReader Input { get; }

    PipeWriter Output { get; }

    /// <summary>Fires when the client is gone; its own end alone is none.</summary>
    CancellationToken Gone { get; }

    /// <summary>Ends our sending and nothing else, once what was written has been sent.</summary>
    /// <returns>False where that cannot be told to this client: its two directions end together.</returns>
    ValueTask<bool> EndOutputAsync();

    /// <summary>Breaks the connection, or the stream, off.</summary>
    void Abort();
}
