using System.IO.Pipelines;
using Microsoft.AspNetCore.Connections;
using Signalbox.Proxy.Connections;

namespace Signalbox.Proxy.Forwarding.Tunnels;

/// <summary>A whole connection that was HTTP/1.1, after the server has let go of it.</summary>
internal sealed class ConnectionClient(ConnectionContext connection) : ITunnelClient
{
    /// <summary>The client may end its side and be silent for as long as it likes.</summary>
    private readonly IDisposable? _held = connection.Features.Get<IHalfCloseFeature>()?.Hold();

    public PipeReader Input => connection.Transport.Input;

    public PipeWriter Output => connection.Transport.Output;

    public CancellationToken Gone => connection.ConnectionClosed;

    public async ValueTask<bool> EndOutputAsync()
    {
        if (connection.Transport is not IEndsSeparately) return false;
        await Output.CompleteAsync();
        return true;
    }

    public void Abort() => connection.Abort(new ConnectionAbortedException("The other side of the tunnel broke off."));

    public void Dispose() => _held?.Dispose();
}
