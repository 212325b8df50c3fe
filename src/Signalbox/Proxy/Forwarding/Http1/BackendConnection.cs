using Signalbox.Proxy.Forwarding.Tunnels;
using Signalbox.Proxy.Transport;
using Signalbox.Proxy.Transport.Epoll;

namespace Signalbox.Proxy.Forwarding.Http1;

/// <summary>One connection to a backend, used by one request at a time, with what that needs: kept with the connection, it is made once.</summary>
/// <param name="socket">Connected.</param>
/// <param name="loop">Where all of it happens; null on the framework's sockets, which have no such place.</param>
internal sealed class BackendConnection(IStreamSocket socket, EventLoop? loop) : IDisposable
{
    private ResponseMessage? _answer;
    private ChunkedDecoder? _chunks;

    public IStreamSocket Socket => socket;

    public IncomingBytes Incoming { get; } = new(socket);

    public OutgoingBytes Outgoing { get; } = new(socket);

    /// <summary>The head of the answer at hand.</summary>
    public ResponseMessage Answer => _answer ??= new ResponseMessage();

    public ChunkedDecoder Chunks => _chunks ??= new ChunkedDecoder();

    /// <summary>Since when it has been idle, by the clock of its pool.</summary>
    public long IdleSince { get; set; }

    /// <summary>True where the socket may be used.</summary>
    public bool IsHere => HereAsync().IsCompleted;

    /// <summary>Goes to where the socket may be used, after something of the client's, whose continuations run where the server likes.</summary>
    public LoopSwitch HereAsync() => new(loop, always: false);

    /// <summary>The connection has left HTTP, and all that only that needs is let go of: it may be open for days. The socket is the tunnel's from now on.</summary>
    public Tunnel Leave(TimeProvider time)
    {
        var said = Incoming.Bytes.ToArray();
        Incoming.Dispose();
        Outgoing.Dispose();
        HasLeft = true;
        return new Tunnel(socket, loop, said, time);
    }

    /// <summary>The socket is another's.</summary>
    public bool HasLeft { get; private set; }

    /// <summary>Ends the connection, from any thread; whoever still reads or writes is told so. The buffers stay theirs until they have let go.</summary>
    public void Close() => socket.Close();

    /// <summary>Ends the connection, which nobody uses any more, and gives its buffers back.</summary>
    public void Dispose()
    {
        if (HasLeft) return;
        socket.Close();
        Incoming.Dispose();
        Outgoing.Dispose();
    }
}
