using System.Net;
using System.Net.Sockets;
using System.Threading.Channels;
using Microsoft.AspNetCore.Connections;

namespace Signalbox.Proxy.Transport.Epoll;

/// <summary>One address: a listening socket that every loop watches. A connection lives where it was taken, or on a loop that has fewer.</summary>
internal sealed class EpollListener : IConnectionListener, IAcceptTarget
{
    // The server's only reader takes a connection and hands it to a thread at once, so it may do that within the loop's turn.
    private readonly Channel<LoopConnection> _accepted = Channel.CreateUnbounded<LoopConnection>(new UnboundedChannelOptions { SingleReader = true, AllowSynchronousContinuations = true });
    private readonly EventLoops _loops;
    private readonly AcceptShortage _shortage;
    private readonly LoopPipes.Settings[] _pipes;
    private readonly EndPoint? _local;
    private readonly Socket _socket;
    private readonly List<LoopAcceptor> _acceptors;

    /// <param name="loops">The sockets' and connections' homes.</param>
    /// <param name="socket">Listening; closed with the listener.</param>
    /// <param name="shortage">Told when accepting stops.</param>
    /// <param name="time">For pauses.</param>
    public EpollListener(EventLoops loops, Socket socket, AcceptShortage shortage, TimeProvider time)
    {
        (_loops, _socket, _shortage) = (loops, socket, shortage);
        socket.Blocking = false;
        _pipes = [.. loops.All.Select(loop => new LoopPipes.Settings(loop, loops.PoolOf(loop)))];
        EndPoint = socket.LocalEndPoint!;
        // A listener on every address has connections on any of them.
        _local = EndPoint is IPEndPoint { Address: var address } && (address.Equals(IPAddress.Any) || address.Equals(IPAddress.IPv6Any)) ? null : EndPoint;
        _acceptors = [.. loops.All.Select(loop => new LoopAcceptor(loop, socket, this, new DescriptorRoom(), time))];
    }

    public EndPoint EndPoint { get; }

    /// <exception cref="IOException">The sockets cannot be watched.</exception>
    public async ValueTask StartAsync()
    {
        foreach (var acceptor in _acceptors)
        {
            await acceptor.Loop.SwitchAsync();
            acceptor.Start();
        }

        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
    }

    public async ValueTask<ConnectionContext?> AcceptAsync(CancellationToken cancellationToken = default)
    {
        while (await _accepted.Reader.WaitToReadAsync(cancellationToken))
        {
            if (_accepted.Reader.TryRead(out var connection)) return connection;
        }

        return null;
    }

    /// <param name="cancellationToken">When the drain is over: who has not been taken by then is reset.</param>
    public async ValueTask UnbindAsync(CancellationToken cancellationToken = default)
    {
        // All at once: one after the other, each under a flood, they would add up to longer than the drain.
        await Task.WhenAll(_acceptors.Select(acceptor => StopAsync(acceptor, cancellationToken)));
        foreach (var acceptor in _acceptors) _shortage.Gone(acceptor);
        // Only now that no loop watches it: its number may be another descriptor's right afterwards.
        _socket.Dispose();
        // What was accepted last may be on its way to another loop; it comes before us in that loop's queue.
        foreach (var loop in _loops.All) await loop.YieldAsync();
        // Not on a loop: what follows is the server's, and may wait.
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        _accepted.Writer.TryComplete();
    }

    public async ValueTask DisposeAsync()
    {
        await UnbindAsync();
        while (_accepted.Reader.TryRead(out var connection))
        {
            connection.Abort(new ConnectionAbortedException("The server stops."));
            await connection.DisposeAsync();
        }
    }

    public void Accepted(EventLoop loop, int descriptor, IPEndPoint? remote)
    {
        var home = _loops.HomeFor(loop);
        // Counted at once: the next one, in this very turn, is to see it.
        home.ConnectionBegan();
        if (home == loop) Begin(home, descriptor, remote);
        else home.Post(_ => Begin(home, descriptor, remote), null);
    }

    public void Paused(LoopAcceptor acceptor, SocketError error) => _shortage.Began(acceptor, error);

    public void Resumed(LoopAcceptor acceptor) => _shortage.Ended(acceptor);

    private static async Task StopAsync(LoopAcceptor acceptor, CancellationToken cancellation)
    {
        await acceptor.Loop.SwitchAsync();
        await acceptor.StopAsync(cancellation);
    }

    private void Begin(EventLoop home, int descriptor, IPEndPoint? remote)
    {
        LoopSocket socket;
        try
        {
            socket = LoopSocket.Adopt(home, descriptor);
        }
        catch (IOException)
        {
            // It cannot be watched and has been closed: no memory, or too many watched descriptors.
            home.ConnectionEnded();
            return;
        }

        socket.Peer = (object?)remote ?? "a client on a unix socket";
        var settings = _pipes[home.Index];
        var connection = new LoopConnection(socket, new LoopPipes(settings), settings.Pool, _local, remote);
        connection.Start();
        if (_accepted.Writer.TryWrite(connection)) return;
        // Too late: the listener has been unbound while this one was on its way here.
        connection.Abort(new ConnectionAbortedException("The server stops."));
        _ = connection.DisposeAsync().AsTask();
    }
}
