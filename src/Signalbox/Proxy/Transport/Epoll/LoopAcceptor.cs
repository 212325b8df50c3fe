using System.Net;
using System.Net.Sockets;

namespace Signalbox.Proxy.Transport.Epoll;

/// <summary>
/// One loop's part of a listening socket. The loops share the socket: the kernel wakes one that waits for each connection, and a loop at work keeps nobody
/// from being taken by another. Where the system has no descriptor or memory for one more connection it stops accepting, says so, and tries again
/// after a pause; clients wait in the kernel's queue meanwhile.
/// </summary>
internal sealed class LoopAcceptor : LoopSource, IDisposable
{
    /// <summary>Connections taken in one turn, so that those there are get theirs.</summary>
    private const int MostInTurn = 32;

    /// <summary>Where tcpi_unacked lies in struct tcp_info (linux/tcp.h): of a listening socket, the length of its queue.</summary>
    private const int TcpInfoUnacknowledged = 24;

    /// <summary>Until accepting is tried again after a shortage; long enough for something to have been closed.</summary>
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    private readonly string _endPoint;
    private readonly int _descriptor;
    private readonly IAcceptTarget _target;
    private readonly DescriptorRoom _room;
    private readonly ITimer _timer;
    private bool _isPaused;
    private bool _isStopping;
    private bool _isClosed;

    /// <param name="loop">Where it lives.</param>
    /// <param name="socket">Listening and not blocking. It stays its owner's, who closes it after the last loop has ended with it.</param>
    /// <param name="target">Takes the connections.</param>
    /// <param name="room">Tells when descriptors run short.</param>
    /// <param name="time">For pauses.</param>
    public LoopAcceptor(EventLoop loop, Socket socket, IAcceptTarget target, DescriptorRoom room, TimeProvider time)
    {
        (Loop, _target, _room) = (loop, target, room);
        _endPoint = socket.LocalEndPoint?.ToString() ?? "";
        _descriptor = (int)socket.SafeHandle.DangerousGetHandle();
        _timer = time.CreateTimer(static state => ((LoopAcceptor)state!).ResumeLater(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    public EventLoop Loop { get; }

    public override string What => $"accepting on {_endPoint}";

    /// <summary>On the loop.</summary>
    public void Start() => Loop.Add(this, _descriptor, Readiness.Listening);

    /// <summary>
    /// On the loop: takes those who have come so far, and closes. Closing with somebody in the queue would reset him. No more than are in the queue now:
    /// whoever comes faster than he is taken must not keep the listener open. In portions, so that those who are served get their turns.
    /// </summary>
    /// <param name="cancellation">When it must be over; who is in the queue then is reset.</param>
    public async ValueTask StopAsync(CancellationToken cancellation)
    {
        _isStopping = true;
        // The number of the descriptor may be another's by now.
        if (_isClosed) return;
        for (var left = Waiting(); left > 0 && !cancellation.IsCancellationRequested && TakeSome(left); left -= MostInTurn) await Loop.YieldAsync();
        Close();
    }

    public override void OnReady(Readiness readiness)
    {
        // Who comes while it stops is the next router's, or nobody's.
        if (!_isStopping) TakeSome(MostInTurn);
    }

    public override void OnLoopEnding() => Close();

    public void Dispose() => Close();

    /// <summary>Connections in the queue; where the system does not say, as for a unix socket, as many as there can be.</summary>
    private int Waiting()
    {
        Span<byte> info = stackalloc byte[TcpInfoUnacknowledged + sizeof(int)];
        return Libc.GetOption(_descriptor, Libc.TcpLevel, Libc.TcpInfo, info, out var length) == 0 && length == info.Length
            ? BitConverter.ToInt32(info[TcpInfoUnacknowledged..])
            : ListenSockets.Backlog;
    }

    /// <returns>False when there are no more, or none can be had.</returns>
    private bool TakeSome(int most)
    {
        for (var i = 0; i < Math.Min(most, MostInTurn); i++)
        {
            if (_isClosed || _isPaused || !AcceptOne()) return false;
        }

        return true;
    }

    /// <returns>False when there is none, or none can be had.</returns>
    private bool AcceptOne()
    {
        Span<byte> address = stackalloc byte[SocketAddresses.Bytes];
        var descriptor = Libc.Accept(_descriptor, address);
        if (descriptor >= 0)
        {
            _target.Accepted(Loop, descriptor, SocketAddresses.Read(address));
            if (_isPaused || !_room.IsShort(descriptor)) return true;
            PauseFor(SocketError.TooManyOpenSockets);
            return false;
        }

        var error = Libc.LastError;
        if (error == Errors.Again || _isPaused) return false;
        if (Errors.IsListenerGone(error))
        {
            // The socket was ended from outside, and is ready for ever to say so. Whoever looks after it finds out; here it is let go.
            Close();
            return false;
        }

        // Others concern the one connection, which was gone before it was taken (accept(2)).
        if (!Errors.IsShortage(error)) return true;
        PauseFor(Errors.Socket(error).SocketErrorCode);
        return false;
    }

    private void PauseFor(SocketError error)
    {
        _isPaused = true;
        Loop.Remove(this, _descriptor);
        _target.Paused(this, error);
        _timer.Change(Pause, Timeout.InfiniteTimeSpan);
    }

    private void ResumeLater() => Loop.Post(static state => ((LoopAcceptor)state!).Resume(), this);

    private void Resume()
    {
        if (_isClosed || !_isPaused) return;
        try
        {
            if (_room.IsShortBeside(_descriptor)) throw new IOException("Descriptors are still short.");
            Start();
        }
        catch (IOException)
        {
            // The shortage goes on.
            _timer.Change(Pause, Timeout.InfiniteTimeSpan);
            return;
        }

        _isPaused = false;
        // The event that comes at once for those in the queue shows whether it is over.
        OnReady(Readiness.Readable);
        if (!_isPaused) _target.Resumed(this);
    }

    private void Close()
    {
        if (_isClosed) return;
        _isClosed = true;
        _timer.Dispose();
        Loop.Remove(this, _isPaused ? null : _descriptor);
    }
}
