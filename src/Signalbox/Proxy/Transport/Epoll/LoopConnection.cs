using System.Buffers;
using System.IO.Pipelines;
using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http.Features;
using Signalbox.Proxy.Connections;

namespace Signalbox.Proxy.Transport.Epoll;

/// <summary>
/// A client's connection as the server knows it, on one loop for good: bytes are received straight into the memory of one pipe and sent straight from the
/// other's. Both directions run by themselves; an idle one holds no buffer.
/// <para>
/// Ends: (1) the client's end completes the input and fires <see cref="ConnectionClosed"/>, as the framework's transport does, and sending goes on;
/// (2) the server completing its output sends what is left and then our end, and receiving goes on; (3) the server disposing of the connection closes it in
/// order; (4) a reset or <see cref="Abort(ConnectionAbortedException)"/> ends both at once.
/// </para>
/// </summary>
internal sealed class LoopConnection : ConnectionContext, ILoopFeature, ISocketStateFeature,
    IConnectionIdFeature, IConnectionTransportFeature, IConnectionItemsFeature, IMemoryPoolFeature, IConnectionLifetimeFeature, IConnectionEndPointFeature
{
    /// <summary>Room for a read on a connection that sends little: a pipe's own block.</summary>
    private const int SmallRead = 4 * 1024;

    private static long s_last;

    private readonly LoopSocket _socket;
    private readonly LoopPipes _pipes;
    private readonly CancellationTokenSource _closed = new();
    private readonly EndPoint? _local;
    private string? _id;
    private IDictionary<object, object?>? _items;
    private EndPoint? _localSeen;
    private Task _receiving = Task.CompletedTask;
    private Task _sending = Task.CompletedTask;
    private volatile ConnectionAbortedException? _aborted;

    /// <param name="socket">Connected.</param>
    /// <param name="pipes">Its own.</param>
    /// <param name="pool">Of its loop.</param>
    /// <param name="local">Where it came in; null when that must be asked of the socket, for a listener on every address.</param>
    /// <param name="remote">The client.</param>
    public LoopConnection(LoopSocket socket, LoopPipes pipes, MemoryPool<byte> pool, EndPoint? local, EndPoint? remote)
    {
        (_socket, _pipes, MemoryPool, _local, RemoteEndPoint) = (socket, pipes, pool, local, remote);
        Transport = pipes.Application;
        Features = new ConnectionFeatures(this);
        ConnectionClosed = _closed.Token;
    }

    public EventLoop Loop => _socket.Loop;

    public MemoryPool<byte> MemoryPool { get; }

    public override IFeatureCollection Features { get; }

    public override IDuplexPipe Transport { get; set; }

    public override CancellationToken ConnectionClosed { get; set; }

    public override string ConnectionId
    {
        get => _id ??= Interlocked.Increment(ref s_last).ToString("X");
        set => _id = value;
    }

    public override IDictionary<object, object?> Items
    {
        get => _items ??= new ConnectionItems();
        set => _items = value;
    }

    public override EndPoint? LocalEndPoint
    {
        get => _local ?? (_localSeen ??= SocketAddresses.LocalOf(_socket));
        set => _localSeen = value;
    }

    public override EndPoint? RemoteEndPoint { get; set; }

    /// <summary>On the loop, which has counted it already; its end is counted here.</summary>
    public void Start()
    {
        _receiving = ReceiveAsync();
        _sending = SendAsync();
    }

    public TcpState? ReadState()
    {
        Span<byte> info = stackalloc byte[TcpState.InfoBytes];
        return RemoteEndPoint is IPEndPoint ? TcpState.Read(info[.._socket.Information(info)]) : null;
    }

    /// <summary>From any thread. By a hop, also on the loop: closing runs the server's code that waits, and the server holds locks while it aborts.</summary>
    public override void Abort(ConnectionAbortedException abortReason)
    {
        _aborted ??= abortReason;
        Loop.Post(static state => ((LoopSocket)state!).Reset(), _socket);
        _pipes.ToSend.CancelPendingRead();
    }

    /// <summary>By the server, when it has done with the connection.</summary>
    public override async ValueTask DisposeAsync()
    {
        await _pipes.Application.Input.CompleteAsync();
        await _pipes.Application.Output.CompleteAsync();
        // What was written is sent first; a client that does not take it is aborted by whoever set a limit.
        await _sending;
        // There the descriptor is closed at once, so that whoever disposed of the connection finds it closed.
        await Loop.SwitchAsync();
        _socket.Close();
        _pipes.Received.CancelPendingFlush();
        await _receiving;
        Loop.ConnectionEnded();
        await base.DisposeAsync();
        // Its source is not disposed: somebody may be looking at its token still, and it holds nothing to release.
    }

    private async Task ReceiveAsync()
    {
        Exception? error = null;
        try
        {
            _ = await _socket.ReceiveAsync(Memory<byte>.Empty);
            // A new connection behind those that are served already. Not one that has ended: what the kernel says of a reset, it says once, to whoever asks first.
            if (!_socket.HasEnded) await Loop.BeginAsync();
            for (var room = SmallRead; ;)
            {
                // Without a buffer until there is something for it.
                _ = await _socket.ReceiveAsync(Memory<byte>.Empty);
                var buffer = _pipes.Received.GetMemory(room);
                // A block may be larger than was asked for, and what is held is counted in what was asked for.
                if (buffer.Length > LoopPipes.LargestReceive) buffer = buffer[..LoopPipes.LargestReceive];
                var count = await _socket.ReceiveAsync(buffer);
                if (count == 0) break;
                room = count == buffer.Length ? LoopPipes.LargestReceive : count < SmallRead ? SmallRead : room;
                _pipes.Received.Advance(count);
                var flushed = await _pipes.Received.FlushAsync();
                if (flushed.IsCompleted || flushed.IsCanceled) break;
            }
        }
        catch (IOException exception)
        {
            error = Translate(exception);
        }
        catch (Exception exception)
        {
            // A fault of ours; the server logs what it is given.
            error = exception;
        }

        await _pipes.Received.CompleteAsync(error);
        FireClosed();
    }

    private async Task SendAsync()
    {
        Exception? error = null;
        var isBroken = false;
        try
        {
            while (true)
            {
                var read = await _pipes.ToSend.ReadAsync();
                if (read.IsCanceled) break;
                if (!read.Buffer.IsEmpty) await _socket.SendAsync(read.Buffer);
                _pipes.ToSend.AdvanceTo(read.Buffer.End);
                if (!read.IsCompleted) continue;
                await _socket.ShutdownSendAsync();
                break;
            }
        }
        catch (IOException)
        {
            // The client is gone. Who reads is told so; who writes learns that nobody takes it any more, which is no fault of his, and none to be logged.
            isBroken = true;
        }
        catch (Exception exception)
        {
            error = exception;
        }

        // The server may have brought us here by its own writing or completing, under locks of its own; what it does when the connection ends is not to run within that.
        await Loop.YieldAsync();
        if (error is not null || isBroken || _aborted is not null)
        {
            // Ends the receiving side as well.
            _socket.Reset();
            _pipes.Received.CancelPendingFlush();
        }

        await _pipes.ToSend.CompleteAsync(error);
    }

    /// <summary>The server knows these two apart from faults, and logs them quietly.</summary>
    private Exception Translate(IOException exception) => _aborted as Exception ?? (exception.InnerException as SocketException)?.SocketErrorCode switch
    {
        SocketError.ConnectionReset or SocketError.Shutdown => new ConnectionResetException(exception.Message, exception),
        SocketError.OperationAborted => new ConnectionAbortedException("The connection was closed on our side.", exception),
        _ => exception,
    };

    private void FireClosed()
    {
        try
        {
            _closed.Cancel();
        }
        catch (AggregateException)
        {
            // Whoever registered answers for what he does there; the connection ends all the same.
        }
    }

    /// <summary>The connection itself, for the features that it is.</summary>
    internal object? Own(Type feature) =>
        feature == typeof(ILoopFeature) || feature == typeof(ISocketStateFeature) || feature == typeof(IConnectionIdFeature) || feature == typeof(IConnectionTransportFeature)
        || feature == typeof(IConnectionItemsFeature) || feature == typeof(IMemoryPoolFeature) || feature == typeof(IConnectionLifetimeFeature) || feature == typeof(IConnectionEndPointFeature)
            ? this
            : null;
}
