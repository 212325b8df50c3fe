using System.Net.Sockets;

namespace Signalbox.Proxy.Forwarding.Http1;

/// <summary>One connection to a backend, used by one request at a time.</summary>
internal sealed class BackendConnection(Socket socket, Stream stream) : IDisposable
{
    public IncomingBytes Incoming { get; } = new(stream);

    public OutgoingBytes Outgoing { get; } = new(stream);

    /// <summary>The head of the latest answer.</summary>
    public ResponseMessage Message { get; } = new();

    /// <summary>True when it has carried a request before, so that the backend may be about to close it.</summary>
    public bool IsReused { get; set; }

    /// <summary>A timestamp of the pool's clock.</summary>
    public long IdleSince { get; set; }

    /// <summary>
    /// False when there is something to read on an idle connection: its end, or an answer nobody asked for. Either way it is of no more use.
    /// </summary>
    public bool IsFresh()
    {
        try
        {
            return !socket.Poll(0, SelectMode.SelectRead);
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            return false;
        }
    }

    /// <summary>Ends the connection; whoever still reads or writes is told so. The buffers stay theirs until they have let go.</summary>
    public void Close() => stream.Dispose();

    /// <summary>Ends the connection, which nobody uses any more, and gives its buffers back.</summary>
    public void Dispose()
    {
        // The stream owns the socket.
        stream.Dispose();
        Incoming.Dispose();
        Outgoing.Dispose();
    }
}
