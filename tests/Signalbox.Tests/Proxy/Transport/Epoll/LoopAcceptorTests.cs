using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Logging.Abstractions;
using Signalbox.Proxy.Transport;
using Signalbox.Proxy.Transport.Epoll;

namespace Signalbox.Tests.Proxy.Transport.Epoll;

public sealed class LoopAcceptorTests
{
    /// <summary>A flood of clients kept a listener that was to close accepting for ever, and its loop with it.</summary>
    [Fact]
    public async Task Stop_WhileClientsComeAsFastAsTheyAreTaken_Ends()
    {
        var loop = new EventLoop(0, TimeProvider.System, NullLogger.Instance);
        var listening = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listening.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listening.Listen(ListenSockets.Backlog);
        var flood = new Flood((IPEndPoint)listening.LocalEndPoint!);
        var acceptor = new LoopAcceptor(loop, listening, flood, TimeProvider.System);
        await loop.SwitchAsync();
        acceptor.Start();
        flood.Next();
        var turn = loop.Turn;
        await acceptor.StopAsync();
        var turns = loop.Turn - turn;
        await Task.Yield();
        // Some while it stops, and as many between.
        flood.Taken.ShouldBeInRange(1, 2 * ListenSockets.Backlog);
        // Whoever is served meanwhile gets his turns.
        turns.ShouldBeGreaterThan(10);
        loop.End();
    }

    /// <summary>For each client that is taken the next one comes, up to a number that no queue holds.</summary>
    private sealed class Flood(IPEndPoint to) : IAcceptTarget
    {
        public int Taken { get; private set; }

        public void Next()
        {
            using var client = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { LingerState = new LingerOption(true, 0) };
            client.Connect(to);
        }

        public void Accepted(EventLoop loop, int descriptor, IPEndPoint? remote)
        {
            _ = Libc.Close(descriptor);
            Taken++;
            if (Taken < 4 * ListenSockets.Backlog) Next();
        }

        public void Paused(LoopAcceptor acceptor, SocketError error)
        {
        }

        public void Resumed(LoopAcceptor acceptor)
        {
        }
    }
}
