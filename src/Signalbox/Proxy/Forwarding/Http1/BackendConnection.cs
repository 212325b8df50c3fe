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

    /// <summary>Lets go of all that only HTTP needs, for a connection that has left it and may be open for days.</summary>
    public void Lighten()
    {
        (_answer, _chunks) = (null, null);
        Outgoing.Lighten();
    }

    /// <summary>Ends the connection, from any thread; whoever still reads or writes is told so. The buffers stay theirs until they have let go.</summary>
    public void Close() => socket.Close();

    /// <summary>Ends the connection, which nobody uses any more, and gives its buffers back.</summary>
    public void Dispose()
    {
        socket.Close();
        Incoming.Dispose();
        Outgoing.Dispose();
    }
}
