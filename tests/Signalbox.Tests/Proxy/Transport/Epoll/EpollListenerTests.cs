using System.Buffers;
using System.IO.Pipelines;
using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;
using Signalbox.Proxy.Connections;
using Signalbox.Proxy.Transport;
using Signalbox.Proxy.Transport.Epoll;
using Signalbox.Tests.Proxy.Support;

namespace Signalbox.Tests.Proxy.Transport.Epoll;

public sealed class EpollListenerTests
{
    public static TheoryData<string> Addresses => ["127.0.0.1", "::1", "0.0.0.0"];

    [Theory]
    [MemberData(nameof(Addresses))]
    public async Task Connection_OnEachKindOfAddress_IsEchoedAndKnowsBothEnds(string address)
    {
        await using var server = await LoopServer.StartAsync(2, IPAddress.Parse(address));
        using var client = new Socket(server.EndPoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        var target = new IPEndPoint(address == "0.0.0.0" ? IPAddress.Loopback : server.EndPoint.Address, server.EndPoint.Port);
        await client.ConnectAsync(target);
        var connection = await server.AcceptAsync();
        connection.LocalEndPoint.ShouldBe(target);
        connection.RemoteEndPoint.ShouldBe(client.LocalEndPoint);
        var echo = LoopServer.EchoAsync(connection);
        await EchoedAsync(client, "hello"u8.ToArray());
        client.Shutdown(SocketShutdown.Send);
        (await client.ReceiveAsync(new byte[1])).ShouldBe(0);
        await echo.WaitAsync(TestRouter.Patience);
    }

    [Fact]
    public async Task Connection_OnAUnixSocket_IsEchoed()
    {
        var path = Path.Combine(Path.GetTempPath(), $"signalbox-{Guid.NewGuid():N}.sock");
        var listening = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        listening.Bind(new UnixDomainSocketEndPoint(path));
        listening.Listen();
        await using var server = await LoopServer.StartAsync(2, listening);
        using var client = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        await client.ConnectAsync(new UnixDomainSocketEndPoint(path));
        var echo = LoopServer.EchoAsync(await server.AcceptAsync());
        await EchoedAsync(client, "hello"u8.ToArray());
        client.Shutdown(SocketShutdown.Send);
        (await client.ReceiveAsync(new byte[1])).ShouldBe(0);
        await echo.WaitAsync(TestRouter.Patience);
        File.Delete(path);
    }

    [Theory]
    [InlineData(2)]
    [InlineData(8)]
    [InlineData(100)]
    public async Task Connections_FewOrMany_AreSpreadOverTheLoops(int count)
    {
        await using var server = await LoopServer.StartAsync(4);
        var clients = new List<Socket>();
        for (var i = 0; i < count; i++) clients.Add((await server.ConnectAsync()).Client);
        var loads = server.Loops.All.Select(loop => loop.Connections).ToList();
        loads.Sum().ShouldBe(count);
        (loads.Max() - loads.Min()).ShouldBeLessThanOrEqualTo(1 + (count / 4 / 8) + 1);
        loads.Count(load => load > 0).ShouldBe(Math.Min(count, 4));
        clients.ForEach(client => client.Dispose());
    }

    [Fact]
    public async Task Connection_ServedFromAnyThread_StaysOnItsLoop()
    {
        await using var server = await LoopServer.StartAsync(2);
        var (client, connection) = await server.ConnectAsync();
        using var _ = client;
        var loop = connection.Features.Get<ILoopFeature>().ShouldNotBeNull().Loop;
        EventLoop.Current.ShouldBeNull();
        var seen = ReadOnceAsync(connection);
        await client.SendAsync("x"u8.ToArray());
        (await seen.WaitAsync(TestRouter.Patience)).ShouldBe(loop);
        // Written from here, it is sent from there.
        await connection.Transport.Output.WriteAsync("yes"u8.ToArray());
        (await ReadAsync(client, 3)).ShouldBe("yes"u8.ToArray());
        connection.Abort();
    }

    [Fact]
    public async Task Client_SendsMoreThanIsRead_IsHeldBack()
    {
        await using var server = await LoopServer.StartAsync();
        var (client, connection) = await server.ConnectAsync();
        using var _ = client;
        const int total = 64 * 1024 * 1024;
        var sent = 0;
        var sending = Task.Run(async () =>
        {
            var bytes = new byte[64 * 1024];
            while (sent < total) Interlocked.Add(ref sent, await client.SendAsync(bytes));
        });
        await SettledAsync(() => Volatile.Read(ref sent));
        sent.ShouldBeLessThan(total);
        connection.Transport.Input.TryRead(out var held).ShouldBeTrue();
        held.Buffer.Length.ShouldBeInRange(1, HeldBytes.Most);
        connection.Transport.Input.AdvanceTo(held.Buffer.Start);
        long read = 0;
        while (read < total)
        {
            var result = await connection.Transport.Input.ReadAsync();
            read += result.Buffer.Length;
            connection.Transport.Input.AdvanceTo(result.Buffer.End);
        }

        read.ShouldBe(total);
        await sending;
        connection.Abort();
    }

    [Fact]
    public async Task Server_WritesMoreThanTheClientReads_IsHeldBack()
    {
        await using var server = await LoopServer.StartAsync();
        var (client, connection) = await server.ConnectAsync();
        using var _ = client;
        const int total = 64 * 1024 * 1024;
        var written = 0;
        var writing = Task.Run(async () =>
        {
            var bytes = new byte[16 * 1024];
            while (written < total)
            {
                await connection.Transport.Output.WriteAsync(bytes);
                Interlocked.Add(ref written, bytes.Length);
            }

            await connection.Transport.Output.CompleteAsync();
        });
        await SettledAsync(() => Volatile.Read(ref written));
        written.ShouldBeLessThan(total);
        (await ReadAsync(client, total)).Length.ShouldBe(total);
        await writing;
        (await client.ReceiveAsync(new byte[1])).ShouldBe(0);
    }

    [Fact]
    public async Task ManySegments_WrittenAtOnce_ArriveInOrder()
    {
        await using var server = await LoopServer.StartAsync();
        var (client, connection) = await server.ConnectAsync();
        using var _ = client;
        var bytes = new byte[10 * 1024 * 1024];
        new Random(3).NextBytes(bytes);
        var writing = Task.Run(async () =>
        {
            for (var at = 0; at < bytes.Length; at += 300_000)
            {
                connection.Transport.Output.Write(bytes.AsSpan(at, Math.Min(300_000, bytes.Length - at)));
                await connection.Transport.Output.FlushAsync();
            }
        });
        (await ReadAsync(client, bytes.Length)).AsSpan().SequenceEqual(bytes).ShouldBeTrue();
        await writing;
        connection.Abort();
    }

    [Fact]
    public async Task Client_EndsItsSide_IsStillAnswered()
    {
        await using var server = await LoopServer.StartAsync();
        var (client, connection) = await server.ConnectAsync();
        using var _ = client;
        await client.SendAsync("question"u8.ToArray());
        client.Shutdown(SocketShutdown.Send);
        var read = await connection.Transport.Input.ReadAtLeastAsync(9);
        read.IsCompleted.ShouldBeTrue();
        read.Buffer.ToArray().ShouldBe("question"u8.ToArray());
        connection.Transport.Input.AdvanceTo(read.Buffer.End);
        connection.Features.Get<ISocketStateFeature>()!.ReadState().ShouldNotBeNull().IsHalfClosed.ShouldBeTrue();
        await ClosedAsync(connection);
        await connection.Transport.Output.WriteAsync("answer"u8.ToArray());
        await connection.Transport.Output.CompleteAsync();
        (await ReadAsync(client, 6)).ShouldBe("answer"u8.ToArray());
        (await client.ReceiveAsync(new byte[1])).ShouldBe(0);
    }

    [Fact]
    public async Task Client_Resets_TheReaderLearnsOfIt()
    {
        await using var server = await LoopServer.StartAsync();
        var (client, connection) = await server.ConnectAsync();
        client.LingerState = new LingerOption(true, 0);
        client.Dispose();
        await Should.ThrowAsync<ConnectionResetException>(async () => await connection.Transport.Input.ReadAsync());
        await ClosedAsync(connection);
        await connection.DisposeAsync();
        connection.Features.Get<ISocketStateFeature>()!.ReadState().ShouldBeNull();
    }

    [Fact]
    public async Task Abort_TheClientSeesAResetAndNoEnd()
    {
        await using var server = await LoopServer.StartAsync();
        var (client, connection) = await server.ConnectAsync();
        using var _ = client;
        await connection.Transport.Output.WriteAsync("part"u8.ToArray());
        (await ReadAsync(client, 4)).ShouldBe("part"u8.ToArray());
        connection.Abort(new ConnectionAbortedException("for a test"));
        (await Should.ThrowAsync<SocketException>(async () => await client.ReceiveAsync(new byte[1]))).SocketErrorCode.ShouldBe(SocketError.ConnectionReset);
        (await AbortedAsync(Task.Run(() => connection.Transport.Input.ReadAsync().AsTask()))).Message.ShouldBe("for a test");
        await connection.DisposeAsync();
    }

    [Fact]
    public async Task Abort_WhileTheClientTakesNothing_EndsTheWriting()
    {
        await using var server = await LoopServer.StartAsync();
        var (client, connection) = await server.ConnectAsync();
        using var _ = client;
        var writing = Task.Run(async () =>
        {
            while (!(await connection.Transport.Output.WriteAsync(new byte[64 * 1024])).IsCompleted)
            {
                // Until it is told to stop.
            }
        });
        connection.Abort(new ConnectionAbortedException("for a test"));
        await writing.WaitAsync(TestRouter.Patience);
        await connection.DisposeAsync().AsTask().WaitAsync(TestRouter.Patience);
    }

    [Fact]
    public async Task IdleConnection_HoldsNoBuffer()
    {
        await using var server = await LoopServer.StartAsync(2);
        var (clients, echoes) = (new List<Socket>(), new List<Task>());
        for (var i = 0; i < 20; i++)
        {
            var (client, connection) = await server.ConnectAsync();
            clients.Add(client);
            echoes.Add(LoopServer.EchoAsync(connection));
            // More than a block, an exact block, and little.
            foreach (var length in new[] { 100_000, 4096, 1 }) await EchoedAsync(client, new byte[length]);
        }

        // The last buffer goes back just after the client has seen its bytes.
        await UntilAsync(() => server.Pool.Rented == 0);
        clients.ForEach(client => client.Dispose());
        await Task.WhenAll(echoes).WaitAsync(TestRouter.Patience);
        server.Loops.All.Sum(loop => loop.Connections).ShouldBe(0);
        server.Pool.Rented.ShouldBe(0);
    }

    [Fact]
    public async Task Unbind_TakesThoseInTheQueueAndRefusesFurtherOnes_AndOpenOnesGoOn()
    {
        await using var server = await LoopServer.StartAsync(2);
        var (open, connection) = await server.ConnectAsync();
        using var _ = open;
        var echo = LoopServer.EchoAsync(connection);
        using var late = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await late.ConnectAsync(server.EndPoint);
        await server.Listener.UnbindAsync();
        using var refused = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        (await Should.ThrowAsync<SocketException>(async () => await refused.ConnectAsync(server.EndPoint))).SocketErrorCode.ShouldBe(SocketError.ConnectionRefused);
        await EchoedAsync(open, "still here"u8.ToArray());
        var taken = LoopServer.EchoAsync(await server.AcceptAsync());
        await EchoedAsync(late, "me too"u8.ToArray());
        (await server.Listener.AcceptAsync()).ShouldBeNull();
        open.Dispose();
        late.Dispose();
        await Task.WhenAll(echo, taken).WaitAsync(TestRouter.Patience);
    }

    [Fact]
    public async Task Loops_EndWithConnectionsOpen_CloseThem()
    {
        var server = await LoopServer.StartAsync(2);
        var (client, connection) = await server.ConnectAsync();
        using var _ = client;
        var reading = connection.Transport.Input.ReadAsync().AsTask();
        await server.DisposeAsync();
        await AbortedAsync(reading);
        (await client.ReceiveAsync(new byte[1])).ShouldBe(0);
    }

    private static async Task<EventLoop?> ReadOnceAsync(ConnectionContext connection)
    {
        var read = await connection.Transport.Input.ReadAsync().ConfigureAwait(false);
        var loop = EventLoop.Current;
        connection.Transport.Input.AdvanceTo(read.Buffer.End);
        return loop;
    }

    /// <summary>The exception is one of cancellation, which the assertions would take for the test's own.</summary>
    private static async Task<ConnectionAbortedException> AbortedAsync(Task<ReadResult> reading)
    {
        try
        {
            await reading;
        }
        catch (ConnectionAbortedException exception)
        {
            return exception;
        }

        throw new ShouldAssertException("It was not aborted.");
    }

    private static async Task ClosedAsync(ConnectionContext connection)
    {
        var closed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var registration = connection.ConnectionClosed.Register(closed.SetResult);
        await closed.Task.WaitAsync(TestRouter.Patience);
    }

    private static async Task EchoedAsync(Socket client, byte[] bytes)
    {
        var sending = client.SendAsync(bytes);
        (await ReadAsync(client, bytes.Length)).AsSpan().SequenceEqual(bytes).ShouldBeTrue();
        await sending;
    }

    private static async Task<byte[]> ReadAsync(Socket client, int count)
    {
        using var limit = new CancellationTokenSource(TestRouter.Patience);
        var bytes = new byte[count];
        for (var at = 0; at < count;)
        {
            var read = await client.ReceiveAsync(bytes.AsMemory(at), limit.Token);
            if (read == 0) throw new EndOfStreamException();
            at += read;
        }

        return bytes;
    }

    /// <summary>Until it moves no more. Only a place to look from: what is asserted then holds at any time.</summary>
    private static async Task SettledAsync(Func<int> value)
    {
        var last = -1;
        for (var same = 0; same < 5; same = value() == last ? same + 1 : 0)
        {
            last = value();
            await Task.Delay(50);
        }
    }

    private static async Task UntilAsync(Func<bool> condition)
    {
        using var limit = new CancellationTokenSource(TestRouter.Patience);
        while (!condition()) await Task.Delay(5, limit.Token);
    }
}
