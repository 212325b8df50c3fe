using System.Buffers;
using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Logging.Abstractions;
using Signalbox.Proxy.Transport.Epoll;
using Signalbox.Tests.Proxy.Support;

namespace Signalbox.Tests.Proxy.Transport.Epoll;

public sealed class LoopSocketTests : IDisposable
{
    private readonly EventLoop _loop = new(0, TimeProvider.System, NullLogger.Instance);
    private readonly Socket _listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);

    public LoopSocketTests()
    {
        _listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        _listener.Listen();
    }

    private IPEndPoint EndPoint => (IPEndPoint)_listener.LocalEndPoint!;

    [Fact]
    public Task Connect_NobodyThere_IsRefused() => OnLoopAsync(async () =>
    {
        var free = EndPoint;
        _listener.Dispose();
        (await Should.ThrowAsync<SocketException>(async () => await LoopSocket.ConnectAsync(_loop, free, default))).SocketErrorCode.ShouldBe(SocketError.ConnectionRefused);
    });

    [Fact]
    public Task Connect_NoAnswer_EndsWithTheToken() => OnLoopAsync(async () =>
    {
        // A listener whose queue is full lets further connections wait.
        using var full = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        full.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        full.Listen(0);
        var (waiting, connected) = (new List<Task<LoopSocket>>(), 0);
        using var cancelled = new CancellationTokenSource();
        for (var i = 0; i < 8; i++) waiting.Add(LoopSocket.ConnectAsync(_loop, (IPEndPoint)full.LocalEndPoint!, cancelled.Token).AsTask());
        await waiting[0];
        await cancelled.CancelAsync();
        foreach (var one in waiting)
        {
            try
            {
                (await one.WaitAsync(TestRouter.Patience)).Close();
                connected++;
            }
            catch (OperationCanceledException)
            {
                // This one waited.
            }
        }

        connected.ShouldBeLessThan(8);
    });

    [Fact]
    public Task Connect_CancelledWhileItBegins_EndsAndDoesNotWaitForEver() => OnLoopAsync(async () =>
    {
        using var cancelled = new CancellationTokenSource();
        var connecting = LoopSocket.ConnectAsync(_loop, new CancellingEndPoint(EndPoint, cancelled), cancelled.Token).AsTask();
        await Should.ThrowAsync<OperationCanceledException>(connecting.WaitAsync(TestRouter.Patience));
    });

    [Fact]
    public Task Receive_AfterASendHasMetTheReset_IsAnErrorAndNoOrderlyEnd() => WithPairAsync(async (socket, peer) =>
    {
        await peer.SendAsync("part"u8.ToArray());
        await socket.ReceiveAsync(Memory<byte>.Empty);
        peer.LingerState = new LingerOption(true, 0);
        peer.Dispose();
        await Should.ThrowAsync<IOException>(async () => await socket.SendAsync(new byte[1]));
        var buffer = new byte[10];
        await Should.ThrowAsync<IOException>(async () =>
        {
            while (await socket.ReceiveAsync(buffer) > 0)
            {
                // What had come before may still be read.
            }
        });
    });

    [Fact]
    public Task Receive_WithoutRoom_EventOfWhatHasBeenReadInThisTurn_IsNoPromise() => WithPairAsync(async (socket, peer) =>
    {
        await peer.SendAsync("abc"u8.ToArray());
        await socket.ReceiveAsync(Memory<byte>.Empty);
        (await socket.ReceiveAsync(new byte[10])).ShouldBe(3);
        // As when it was read between the kernel's telling and the event's turn.
        socket.OnReady(Readiness.Readable);
        var waiting = socket.ReceiveAsync(Memory<byte>.Empty).AsTask();
        waiting.IsCompleted.ShouldBeFalse();
        await peer.SendAsync("d"u8.ToArray());
        await waiting;
    });

    [Fact]
    public Task Receive_WithoutRoom_WaitsUntilThereIsSomething() => WithPairAsync(async (socket, peer) =>
    {
        var waiting = socket.ReceiveAsync(Memory<byte>.Empty).AsTask();
        waiting.IsCompleted.ShouldBeFalse();
        await peer.SendAsync("abc"u8.ToArray());
        (await waiting).ShouldBe(0);
        var buffer = new byte[10];
        (await socket.ReceiveAsync(buffer)).ShouldBe(3);
        buffer[..3].ShouldBe("abc"u8.ToArray());
    });

    [Fact]
    public Task Receive_PeerEnds_GivesWhatWasSentAndThenTheEndForEver() => WithPairAsync(async (socket, peer) =>
    {
        await peer.SendAsync("abcdef"u8.ToArray());
        peer.Shutdown(SocketShutdown.Send);
        var buffer = new byte[4];
        (await socket.ReceiveAsync(buffer)).ShouldBe(4);
        (await socket.ReceiveAsync(buffer)).ShouldBe(2);
        for (var i = 0; i < 3; i++) (await socket.ReceiveAsync(buffer)).ShouldBe(0);
        (await socket.ReceiveAsync(Memory<byte>.Empty)).ShouldBe(0);
    });

    [Fact]
    public Task Receive_ExactFit_WaitsForMoreRatherThanReportNothing() => WithPairAsync(async (socket, peer) =>
    {
        await peer.SendAsync("abcd"u8.ToArray());
        var buffer = new byte[4];
        (await socket.ReceiveAsync(buffer)).ShouldBe(4);
        var waiting = socket.ReceiveAsync(Memory<byte>.Empty).AsTask();
        waiting.IsCompleted.ShouldBeFalse();
        await peer.SendAsync("e"u8.ToArray());
        await waiting;
        (await socket.ReceiveAsync(buffer)).ShouldBe(1);
    });

    [Fact]
    public Task Receive_PeerResets_IsAnError() => WithPairAsync(async (socket, peer) =>
    {
        var waiting = socket.ReceiveAsync(new byte[1]).AsTask();
        peer.LingerState = new LingerOption(true, 0);
        peer.Dispose();
        (await Should.ThrowAsync<IOException>(waiting)).InnerException.ShouldBeOfType<SocketException>().SocketErrorCode.ShouldBe(SocketError.ConnectionReset);
    });

    [Fact]
    public Task Send_MoreThanTheKernelTakes_CompletesOnlyAsThePeerReads() => WithPairAsync(async (socket, peer) =>
    {
        var bytes = new byte[32 * 1024 * 1024];
        new Random(1).NextBytes(bytes);
        var sending = socket.SendAsync(bytes).AsTask();
        sending.IsCompleted.ShouldBeFalse();
        (await ReadAsync(peer, bytes.Length)).AsSpan().SequenceEqual(bytes).ShouldBeTrue();
        await sending;
    });

    [Fact]
    public Task Send_ManySegments_ArriveWholeAndInOrder() => WithPairAsync(async (socket, peer) =>
    {
        var random = new Random(2);
        var pieces = Enumerable.Range(0, 500).Select(i => i % 7 == 0 ? [] : Bytes(random, random.Next(1, 40_000))).ToList();
        var sending = socket.SendAsync(Segment.Of(pieces)).AsTask();
        var whole = pieces.SelectMany(piece => piece).ToArray();
        (await ReadAsync(peer, whole.Length)).AsSpan().SequenceEqual(whole).ShouldBeTrue();
        await sending;
    });

    [Fact]
    public Task Send_PeerIsGone_IsAnError() => WithPairAsync(async (socket, peer) =>
    {
        peer.LingerState = new LingerOption(true, 0);
        peer.Dispose();
        await Should.ThrowAsync<IOException>(async () => await socket.ReceiveAsync(new byte[1]));
        await Should.ThrowAsync<IOException>(async () => await socket.SendAsync(new byte[1]));
    });

    [Fact]
    public Task ShutdownSend_PeerReadsTheEndAndMayGoOn() => WithPairAsync(async (socket, peer) =>
    {
        await socket.SendAsync("all"u8.ToArray());
        await socket.ShutdownSendAsync();
        (await ReadAsync(peer, 3)).ShouldBe("all"u8.ToArray());
        (await peer.ReceiveAsync(new byte[1])).ShouldBe(0);
        await peer.SendAsync("more"u8.ToArray());
        (await socket.ReceiveAsync(new byte[10])).ShouldBe(4);
    });

    [Fact]
    public Task IsFresh_UntilSomethingComes() => WithPairAsync(async (socket, peer) =>
    {
        socket.IsFresh.ShouldBeTrue();
        await peer.SendAsync("abcd"u8.ToArray());
        await socket.ReceiveAsync(Memory<byte>.Empty);
        socket.IsFresh.ShouldBeFalse();
        // An exact fit leaves it open whether there is more.
        await socket.ReceiveAsync(new byte[4]);
        socket.IsFresh.ShouldBeTrue();
        peer.Shutdown(SocketShutdown.Send);
        await socket.ReceiveAsync(Memory<byte>.Empty);
        socket.IsFresh.ShouldBeFalse();
    });

    /// <summary>What the kernel knew and the loop had not been told of was not looked for: a request that cannot be repeated went out on a connection that had ended.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public Task IsFresh_EndedOrSpokenInTheSameTurn_IsNot(bool ends) => WithPairAsync(async (socket, peer) =>
    {
        await peer.SendAsync("ab"u8.ToArray());
        await _loop.SwitchAsync();
        // Less than there is room for: by what it knows there is nothing more to read.
        (await socket.ReceiveAsync(new byte[4])).ShouldBe(2);
        socket.IsFresh.ShouldBeTrue();
        // The loop has no turn between; arriving takes the kernel a moment at most.
        if (ends) peer.Shutdown(SocketShutdown.Send);
        else peer.Send("HTTP/1.1 408 Request Timeout\r\n"u8);
        SpinWait.SpinUntil(() => !socket.IsFresh, TestRouter.Patience).ShouldBeTrue();
    });

    [Fact]
    public Task Close_FromAnotherThread_EndsWhatIsPending() => WithPairAsync(async (socket, _) =>
    {
        var receiving = socket.ReceiveAsync(new byte[1]).AsTask();
        var sending = socket.SendAsync(new byte[32 * 1024 * 1024]).AsTask();
        await Task.Run(socket.Close);
        await Should.ThrowAsync<IOException>(receiving);
        await Should.ThrowAsync<IOException>(sending);
        await _loop.SwitchAsync();
        await Should.ThrowAsync<IOException>(async () => await socket.ReceiveAsync(new byte[1]));
        socket.IsFresh.ShouldBeFalse();
    });

    [Fact]
    public Task Close_AfterSending_LetsItArrive() => WithPairAsync(async (socket, peer) =>
    {
        await socket.SendAsync("whole"u8.ToArray());
        socket.Close();
        (await ReadAsync(peer, 5)).ShouldBe("whole"u8.ToArray());
        (await peer.ReceiveAsync(new byte[1])).ShouldBe(0);
    });

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public Task Reset_ThePeerLearnsOfIt(bool onLoop) => WithPairAsync(async (socket, peer) =>
    {
        if (onLoop) socket.Reset();
        else await Task.Run(socket.Reset);
        (await Should.ThrowAsync<SocketException>(async () => await peer.ReceiveAsync(new byte[1]))).SocketErrorCode.ShouldBe(SocketError.ConnectionReset);
    });

    [Fact]
    public Task TwoAtOnce_OfOneKind_AreAMisuse() => WithPairAsync(async (socket, _) =>
    {
        var first = socket.ReceiveAsync(new byte[1]).AsTask();
        await Should.ThrowAsync<InvalidOperationException>(async () => await socket.ReceiveAsync(new byte[1]));
        socket.Close();
        await Should.ThrowAsync<IOException>(first);
    });

    [Fact]
    public Task OneThatNeverStops_LeavesTheOthersTheirTurn() => WithPairAsync(async (socket, peer) =>
    {
        // Read as quickly as it comes, a stream would keep the loop to itself for as long as its peer keeps up.
        using var stop = new CancellationTokenSource();
        var flooding = Task.Run(async () =>
        {
            var bytes = new byte[1024 * 1024];
            while (!stop.IsCancellationRequested) await peer.SendAsync(bytes);
        });
        var (reading, buffer, total) = (true, new byte[64 * 1024], 0L);
        _loop.Post(_ => reading = false, null);
        while (reading || total < 4 * 1024 * 1024) total += await socket.ReceiveAsync(buffer);
        await stop.CancelAsync();
        socket.Close();
        await flooding.ContinueWith(_ => { }, TaskScheduler.Default);
        total.ShouldBeGreaterThan(0);
    });

    public void Dispose()
    {
        _listener.Dispose();
        _loop.End();
    }

    private static byte[] Bytes(Random random, int count)
    {
        var bytes = new byte[count];
        random.NextBytes(bytes);
        return bytes;
    }

    private static Task<byte[]> ReadAsync(Socket peer, int count) => Task.Run(async () =>
    {
        var bytes = new byte[count];
        for (var at = 0; at < count;)
        {
            var read = await peer.ReceiveAsync(bytes.AsMemory(at));
            if (read == 0) throw new EndOfStreamException();
            at += read;
        }

        return bytes;
    });

    private Task WithPairAsync(Func<LoopSocket, Socket, Task> test) => OnLoopAsync(async () =>
    {
        var accepting = _listener.AcceptAsync();
        var socket = await LoopSocket.ConnectAsync(_loop, EndPoint, default);
        using var peer = await accepting;
        await _loop.SwitchAsync();
        await test(socket, peer);
        socket.Close();
    });

    /// <summary>Runs the test on the loop, as everything is that uses one.</summary>
    private async Task OnLoopAsync(Func<Task> test)
    {
        await _loop.SwitchAsync();
        var running = test();
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        await running.WaitAsync(TestRouter.Patience);
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
    }

    /// <summary>Cancels in the middle of the beginning, when it is asked for its bytes.</summary>
    private sealed class CancellingEndPoint(IPEndPoint to, CancellationTokenSource source) : IPEndPoint(to.Address, to.Port)
    {
        public override SocketAddress Serialize()
        {
            source.Cancel();
            return base.Serialize();
        }
    }

    private sealed class Segment : ReadOnlySequenceSegment<byte>
    {
        public static ReadOnlySequence<byte> Of(IReadOnlyList<byte[]> pieces)
        {
            var first = new Segment { Memory = pieces[0] };
            var last = first;
            foreach (var piece in pieces.Skip(1))
            {
                var next = new Segment { Memory = piece, RunningIndex = last.RunningIndex + last.Memory.Length };
                last.Next = next;
                last = next;
            }

            return new ReadOnlySequence<byte>(first, 0, last, last.Memory.Length);
        }
    }
}
