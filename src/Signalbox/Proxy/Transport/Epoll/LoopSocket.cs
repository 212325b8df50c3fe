using System.Buffers;
using System.Net;
using System.Net.Sockets;

namespace Signalbox.Proxy.Transport.Epoll;

/// <summary>
/// A connected stream socket that lives on one loop. It is registered once for all it can become ready for, by edges, and remembers what it was last told;
/// so a request costs one receive and one send and no call to ask when.
/// <para>
/// Everything but <see cref="Close()"/>, <see cref="Reset"/>, <see cref="Information"/> and <see cref="LocalName"/> is called on the loop, and what awaits goes on there. The descriptor is
/// closed on the loop alone: no call can meet a number that has become another's.
/// </para>
/// </summary>
internal sealed class LoopSocket : LoopSource, IStreamSocket
{
    /// <summary>Bytes a socket may take in one turn before the others get theirs: some 50 µs of copying.</summary>
    private const int TurnBytes = 256 * 1024;

    private readonly LoopOperation _receiving = new();
    private readonly LoopOperation _sending = new();
    private readonly Lock _closing = new();
    private Memory<byte> _into;
    private ReadOnlySequence<byte> _rest;
    private int _descriptor;
    private int _isClosing;
    private long _turn;
    private int _inTurn;

    /// <summary>A read may find something; false only when the kernel said that there is nothing, and it will tell of a change.</summary>
    private bool _mayRead;

    /// <summary>A read will find something: the kernel has said so since the last one.</summary>
    private bool _willRead;
    private bool _mayWrite;

    /// <summary>Why sending failed (errno); 0 while it has not.</summary>
    private int _sendError;

    /// <summary>The peer has ended its side or the connection has failed: there will be no further edge, so reading goes on until it says so.</summary>
    private bool _hasEnded;

    /// <param name="loop">Where it lives.</param>
    /// <param name="descriptor">Connected or connecting, not blocking. It is this object's from now on.</param>
    /// <param name="isConnected">False while connecting: then it first becomes writable.</param>
    private LoopSocket(EventLoop loop, int descriptor, bool isConnected) => (Loop, _descriptor, _mayWrite) = (loop, descriptor, isConnected);

    public EventLoop Loop { get; }

    /// <summary>For reports: the peer, in whatever form; put into words only when asked.</summary>
    public object? Peer { get; set; }

    public override string What => $"the connection with {Peer}";

    public bool IsFresh
    {
        get
        {
            if (_isClosing != 0 || _willRead || _hasEnded) return false;
            try
            {
                // What the loop has been told may be a turn old; the kernel knows.
                return !TryReceive(default, out _);
            }
            catch (IOException)
            {
                return false;
            }
        }
    }

    private bool IsClosed => _descriptor < 0;

    /// <summary>On the loop.</summary>
    /// <exception cref="IOException">It cannot be watched; the descriptor is closed.</exception>
    public static LoopSocket Adopt(EventLoop loop, int descriptor) => Watched(new LoopSocket(loop, descriptor, isConnected: true));

    /// <summary>On the loop. The time it may take is the token's.</summary>
    /// <exception cref="SocketException">It cannot be made.</exception>
    public static async ValueTask<LoopSocket> ConnectAsync(EventLoop loop, IPEndPoint to, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        var descriptor = Libc.Socket(to.AddressFamily == AddressFamily.InterNetworkV6 ? Libc.InternetV6 : Libc.InternetV4, Libc.Stream | Libc.NonBlocking | Libc.CloseOnExec, 0);
        if (descriptor < 0) throw Errors.Socket(Libc.LastError);
        _ = Libc.SetOption(descriptor, Libc.TcpLevel, Libc.TcpNoDelay, 1);
        // A tunnel or an event stream may be silent for days: without probes it would outlive a machine that lost its power.
        _ = Libc.SetOption(descriptor, Libc.SocketLevel, Libc.KeepAlive, 1);
        _ = Libc.SetOption(descriptor, Libc.TcpLevel, Libc.TcpKeepIdle, KeepAliveProbes.AfterSeconds);
        _ = Libc.SetOption(descriptor, Libc.TcpLevel, Libc.TcpKeepInterval, KeepAliveProbes.EverySeconds);
        _ = Libc.SetOption(descriptor, Libc.TcpLevel, Libc.TcpKeepCount, KeepAliveProbes.Count);
        var address = to.Serialize();
        if (Libc.Connect(descriptor, address.Buffer.Span[..address.Size]) < 0 && Libc.LastError is not Errors.InProgress and var error)
        {
            _ = Libc.Close(descriptor);
            throw Errors.Socket(error);
        }

        var socket = Watched(new LoopSocket(loop, descriptor, isConnected: false) { Peer = to });
        try
        {
            // Nothing to send: only until the kernel says that it would take something, or why not. Begun before the token is asked: one that has been
            // cancelled by now closes the socket at once, and that must find somebody waiting.
            var connected = socket._sending.BeginSend();
            using var cancelled = cancellation.UnsafeRegister(static state => ((LoopSocket)state!).Close(), socket);
            await connected;
            socket.ThrowIfNotConnected();
        }
        catch (Exception exception)
        {
            socket.Close();
            cancellation.ThrowIfCancellationRequested();
            if (exception is IOException { InnerException: SocketException cause }) throw cause;
            throw;
        }

        return socket;
    }

    /// <summary>The peer has sent its last, in order or by a reset; bytes from before may still be there.</summary>
    public bool HasEnded => _hasEnded;

    public ValueTask<int> ReceiveAsync(Memory<byte> into)
    {
        if (IsClosed) return ValueTask.FromException<int>(Closed());
        if (_mayRead)
        {
            if (HasHadItsTurn()) return ReceiveNextTurnAsync(into);
            try
            {
                if (TryReceive(into, out var count)) return new(count);
            }
            catch (IOException exception)
            {
                return ValueTask.FromException<int>(exception);
            }
        }

        _into = into;
        return _receiving.BeginReceive();
    }

    public ValueTask SendAsync(ReadOnlyMemory<byte> bytes)
    {
        if (IsClosed) return ValueTask.FromException(Closed());
        if (_mayWrite && !_sending.IsPending)
        {
            var sent = Libc.Send(_descriptor, bytes.Span);
            if (sent == bytes.Length) return default;
            if (sent < 0 && sent != -Errors.Again) return ValueTask.FromException(SendFailed(-sent));
            if (sent > 0) bytes = bytes[sent..];
            _mayWrite = false;
        }

        return SendLater(new ReadOnlySequence<byte>(bytes));
    }

    public ValueTask SendAsync(ReadOnlySequence<byte> bytes)
    {
        if (bytes.IsSingleSegment) return SendAsync(bytes.First);
        if (IsClosed) return ValueTask.FromException(Closed());
        if (_mayWrite && !_sending.IsPending)
        {
            try
            {
                if (TrySend(ref bytes)) return default;
            }
            catch (IOException exception)
            {
                return ValueTask.FromException(exception);
            }
        }

        return SendLater(bytes);
    }

    /// <summary>Sends nothing more and says so (FIN); the other direction goes on.</summary>
    public ValueTask ShutdownSendAsync()
    {
        if (!IsClosed) _ = Libc.Shutdown(_descriptor, Libc.ShutdownSend);
        return default;
    }

    /// <summary>Ends it in order: what has been sent still arrives, unless something unread is left, which resets the connection.</summary>
    public void Close() => Close(reset: false);

    /// <summary>Ends it with a reset, so that the peer cannot take what it has for the whole.</summary>
    public void Reset() => Close(reset: true);

    /// <summary>The kernel's view of the connection (TCP_INFO), from any thread.</summary>
    /// <returns>Octets of it; 0 once it is closed.</returns>
    public int Information(Span<byte> info)
    {
        lock (_closing)
        {
            return _descriptor >= 0 && Libc.GetOption(_descriptor, Libc.TcpLevel, Libc.TcpInfo, info, out var length) == 0 ? length : 0;
        }
    }

    /// <summary>The address of our end, as the kernel writes it.</summary>
    /// <returns>Negative once it is closed.</returns>
    public int LocalName(Span<byte> address)
    {
        lock (_closing) return _descriptor >= 0 ? Libc.LocalName(_descriptor, address) : -1;
    }

    public override void OnReady(Readiness readiness)
    {
        // Both notes first: whoever goes on below may use or close the socket at once.
        if ((readiness & Readiness.AnyWrite) != 0) _mayWrite = true;
        if ((readiness & Readiness.AnyRead) != 0)
        {
            _mayRead = true;
            // Not in a turn in which it has been read: then this may be of what was read, told before.
            if (_turn != Loop.Turn) _willRead = true;
            if ((readiness & ~Readiness.Readable & Readiness.AnyRead) != 0) _hasEnded = true;
            if (_receiving.IsPending) Receive();
        }

        if (_mayWrite && _sending.IsPending && !IsClosed) Send();
    }

    public override void OnLoopEnding() => CloseNow(reset: false);

    private static LoopSocket Watched(LoopSocket socket)
    {
        try
        {
            socket.Loop.Add(socket, socket._descriptor, Readiness.Connected);
            return socket;
        }
        catch
        {
            _ = Libc.Close(socket._descriptor);
            socket._descriptor = -1;
            throw;
        }
    }

    /// <summary>The kernel tells of a reset once, to whichever call comes first; reading would then find an end that looks like an orderly one.</summary>
    private IOException SendFailed(int error)
    {
        _sendError = error;
        return Errors.Exception(error);
    }

    private static IOException Closed() => new("The connection is closed.", new SocketException((int)SocketError.OperationAborted));

    private bool HasHadItsTurn()
    {
        if (_turn != Loop.Turn) (_turn, _inTurn) = (Loop.Turn, 0);
        return _inTurn >= TurnBytes;
    }

    private async ValueTask<int> ReceiveNextTurnAsync(Memory<byte> into)
    {
        await Loop.YieldAsync();
        return await ReceiveAsync(into);
    }

    /// <returns>False when there is nothing.</returns>
    private bool TryReceive(Memory<byte> into, out int count)
    {
        count = 0;
        if (into.IsEmpty && (_willRead || _hasEnded)) return true;
        Span<byte> one = stackalloc byte[1];
        var received = into.IsEmpty ? Libc.Receive(_descriptor, one, Libc.Peek) : Libc.Receive(_descriptor, into.Span);
        if (received < 0)
        {
            if (received != -Errors.Again) throw Errors.Exception(-received);
            _mayRead = _willRead = false;
            return false;
        }

        if (into.IsEmpty) return _willRead = true;
        // A broken pipe alone means that the peer had ended its side before.
        if (received == 0 && _sendError is not (0 or Errors.BrokenPipe)) throw Errors.Exception(_sendError);
        // Less than there was room for means that it was all (epoll(7), Q9), but for an end that has no edge of its own any more. After an exact fit nobody knows.
        _mayRead = received == into.Length || _hasEnded;
        _willRead = false;
        _inTurn += received;
        count = received;
        return true;
    }

    private void Receive()
    {
        try
        {
            if (!TryReceive(_into, out var count)) return;
            _into = default;
            _receiving.Complete(count);
        }
        catch (IOException exception)
        {
            _into = default;
            _receiving.Fail(exception);
        }
    }

    private ValueTask SendLater(ReadOnlySequence<byte> rest)
    {
        _rest = rest;
        return _sending.BeginSend();
    }

    private void Send()
    {
        try
        {
            if (!_rest.IsEmpty && !TrySend(ref _rest)) return;
            _rest = default;
            _sending.Complete(0);
        }
        catch (IOException exception)
        {
            _rest = default;
            _sending.Fail(exception);
        }
    }

    /// <returns>False when the kernel takes no more now; what is left is in <paramref name="bytes"/>.</returns>
    private bool TrySend(ref ReadOnlySequence<byte> bytes)
    {
        while (true)
        {
            var sent = Gathering.Send(_descriptor, bytes, out var offered);
            if (sent < 0)
            {
                if (sent != -Errors.Again) throw SendFailed(-sent);
                _mayWrite = false;
                return false;
            }

            bytes = bytes.Slice(sent);
            if (bytes.IsEmpty) return true;
            if (sent == offered) continue;
            _mayWrite = false;
            return false;
        }
    }

    private void ThrowIfNotConnected()
    {
        Span<byte> value = stackalloc byte[sizeof(int)];
        if (Libc.GetOption(_descriptor, Libc.SocketLevel, Libc.SocketError, value, out _) < 0) throw Errors.Socket(Libc.LastError);
        if (BitConverter.ToInt32(value) is var error and not 0) throw Errors.Socket(error);
    }

    private void Close(bool reset)
    {
        if (Interlocked.Exchange(ref _isClosing, 1) != 0) return;
        if (Loop.IsCurrent) CloseNow(reset);
        else if (reset) Loop.Post(static state => ((LoopSocket)state!).CloseNow(reset: true), this);
        else Loop.Post(static state => ((LoopSocket)state!).CloseNow(reset: false), this);
    }

    private void CloseNow(bool reset)
    {
        _isClosing = 1;
        if (IsClosed) return;
        Loop.Remove(this);
        lock (_closing)
        {
            if (reset) _ = Libc.ResetOnClose(_descriptor);
            _ = Libc.Close(_descriptor);
            _descriptor = -1;
        }

        (_into, _rest) = (default, default);
        _receiving.Fail(Closed());
        _sending.Fail(Closed());
    }
}
