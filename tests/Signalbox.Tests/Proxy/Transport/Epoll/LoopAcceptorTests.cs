using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Logging.Abstractions;
using Signalbox.Proxy.Transport;
using Signalbox.Proxy.Transport.Epoll;

namespace Signalbox.Tests.Proxy.Transport.Epoll;

public sealed class LoopAcceptorTests
{
    /// <summary>Clients in the queue when it stops: several portions.</summary>
    private const int Waiting = 200;

    /// <summary>
    /// A flood of clients kept a listener that was to close accepting for ever, and later for as many as a full queue holds, on each loop in turn: a daemon
    /// took 12 s to stop.
    /// </summary>
    [Fact]
    public async Task Stop_WhileClientsComeAsFastAsTheyAreTaken_TakesThoseWhoWaitedAndEnds()
    {
        var loop = new EventLoop(0, TimeProvider.System, NullLogger.Instance);
        using var listening = Listening();
        var flood = new Flood((IPEndPoint)listening.LocalEndPoint!);
        var acceptor = new LoopAcceptor(loop, listening, flood, new DescriptorRoom(), TimeProvider.System);
        for (var i = 0; i < Waiting; i++) flood.Next();
        await loop.SwitchAsync();
        // Both in one turn: nobody is taken between.
        acceptor.Start();
        var turn = loop.Turn;
        await acceptor.StopAsync(CancellationToken.None);
        var turns = loop.Turn - turn;
        await Task.Yield();
        flood.Taken.ShouldBe(Waiting);
        // Whoever is served meanwhile gets his turns.
        turns.ShouldBeGreaterThan(5);
        loop.End();
    }

    [Fact]
    public async Task Stop_WhenItsTimeIsOver_TakesNobodyMore()
    {
        var loop = new EventLoop(0, TimeProvider.System, NullLogger.Instance);
        using var listening = Listening();
        var flood = new Flood((IPEndPoint)listening.LocalEndPoint!);
        var acceptor = new LoopAcceptor(loop, listening, flood, new DescriptorRoom(), TimeProvider.System);
        flood.Next();
        await loop.SwitchAsync();
        acceptor.Start();
        await acceptor.StopAsync(new CancellationToken(canceled: true));
        await Task.Yield();
        flood.Taken.ShouldBe(0);
        loop.End();
    }

    [Fact]
    public async Task Descriptors_RunningShort_PauseAcceptingUntilThereIsRoom()
    {
        var loop = new EventLoop(0, TimeProvider.System, NullLogger.Instance);
        using var listening = Listening();
        var (limit, log) = (0L, new Log());
        var acceptor = new LoopAcceptor(loop, listening, log, new DescriptorRoom(() => Volatile.Read(ref limit)), TimeProvider.System);
        await loop.SwitchAsync();
        acceptor.Start();
        await Task.Yield();
        using var first = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        using var second = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await first.ConnectAsync(listening.LocalEndPoint!);
        // The one that shows it is still served.
        (await log.NextAsync()).ShouldBe("accepted");
        (await log.NextAsync()).ShouldBe("paused: TooManyOpenSockets");
        await second.ConnectAsync(listening.LocalEndPoint!);
        Volatile.Write(ref limit, 1_000_000);
        (await log.NextAsync()).ShouldBe("accepted");
        (await log.NextAsync()).ShouldBe("resumed");
        loop.End();
    }

    /// <summary>A listening socket that was ended from outside is ready for ever, and kept its loop busy for ever.</summary>
    [Fact]
    public async Task Socket_EndedFromOutside_IsLetGo()
    {
        var loop = new EventLoop(0, TimeProvider.System, NullLogger.Instance);
        using var listening = Listening();
        var acceptor = new LoopAcceptor(loop, listening, new Log(), new DescriptorRoom(), TimeProvider.System);
        await loop.SwitchAsync();
        acceptor.Start();
        acceptor.Key.ShouldNotBe(0UL);
        listening.Shutdown(SocketShutdown.Both);
        for (var turns = 0; acceptor.Key != 0; turns++)
        {
            turns.ShouldBeLessThan(1000);
            await loop.YieldAsync();
        }

        await Task.Yield();
        loop.End();
    }

    [Theory]
    [InlineData(1024, 895, false)]
    [InlineData(1024, 896, true)]
    [InlineData(80, 69, false)]
    [InlineData(80, 70, true)]
    [InlineData(1_000_000, 999_871, false)]
    [InlineData(1_000_000, 999_872, true)]
    public void Room_KeepsBackAnEighthAndAtMostAHundredAndTwentyEight(long limit, int descriptor, bool isShort) =>
        new DescriptorRoom(() => limit).IsShort(descriptor).ShouldBe(isShort);

    private static Socket Listening()
    {
        var listening = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { Blocking = false };
        listening.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listening.Listen(ListenSockets.Backlog);
        return listening;
    }

    private sealed class Log : IAcceptTarget
    {
        private readonly System.Threading.Channels.Channel<string> _lines = System.Threading.Channels.Channel.CreateUnbounded<string>();

        public async Task<string> NextAsync() => await _lines.Reader.ReadAsync().AsTask().WaitAsync(Support.TestRouter.Patience);

        public void Accepted(EventLoop loop, int descriptor, IPEndPoint? remote)
        {
            _ = Libc.Close(descriptor);
            _lines.Writer.TryWrite("accepted");
        }

        public void Paused(LoopAcceptor acceptor, SocketError error) => _lines.Writer.TryWrite($"paused: {error}");

        public void Resumed(LoopAcceptor acceptor) => _lines.Writer.TryWrite("resumed");
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
