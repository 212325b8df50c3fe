using System.IO.Pipelines;
using System.Net.Sockets;
using System.Text;
using Microsoft.AspNetCore.Connections;
using Signalbox.Proxy.Transport.Epoll;
using Signalbox.Tests.Proxy.Support;

namespace Signalbox.Tests.Proxy.Transport.Epoll;

public sealed class LoopConnectionTests
{
    /// <summary>It was told as a fault of the server's, and filled the log with stacks whenever a browser left a page.</summary>
    [Fact]
    public async Task Client_ResetsDuringAWrite_TheWriterIsToldOfAnEndAndOfNoFault()
    {
        await using var server = await LoopServer.StartAsync();
        var (client, connection) = await server.ConnectAsync();
        var writing = Task.Run(async () =>
        {
            while (!(await connection.Transport.Output.WriteAsync(new byte[64 * 1024])).IsCompleted)
            {
                // Until nobody takes it.
            }
        });
        await client.ReceiveAsync(new byte[1]);
        client.LingerState = new LingerOption(true, 0);
        client.Dispose();
        await writing.WaitAsync(TestRouter.Patience);
        await Should.ThrowAsync<ConnectionResetException>(async () => await connection.Transport.Input.ReadAsync());
        await connection.DisposeAsync().AsTask().WaitAsync(TestRouter.Patience);
    }

    [Fact]
    public async Task Complete_TheOutput_TheClientReadsTheEndAndGoesOnTalking()
    {
        await using var server = await LoopServer.StartAsync();
        var (client, connection) = await server.ConnectAsync();
        using var _ = client;
        await connection.Transport.Output.WriteAsync("bye"u8.ToArray());
        await connection.Transport.Output.CompleteAsync();
        using var wire = new Wire(client);
        (await wire.ReadToEndAsync()).ShouldBe("bye");
        await wire.SendAsync("still here");
        var read = await connection.Transport.Input.ReadAtLeastAsync("still here".Length).AsTask().WaitAsync(TestRouter.Patience);
        Encoding.ASCII.GetString(read.Buffer).ShouldBe("still here");
        connection.Transport.Input.AdvanceTo(read.Buffer.End);
        wire.EndSending();
        (await connection.Transport.Input.ReadAsync().AsTask().WaitAsync(TestRouter.Patience)).IsCompleted.ShouldBeTrue();
        await connection.DisposeAsync().AsTask().WaitAsync(TestRouter.Patience);
        server.Loops.All.Sum(loop => loop.Connections).ShouldBe(0);
    }

    // The server writes and aborts under locks of its own. What it does when a connection ends must not begin within that, on the same stack: its locks
    // would let it in.
    [Fact]
    public Task Abort_OnTheLoop_WhatWaitsForTheEndGoesOnAfterIt() => AfterAsync(connection => connection.Abort(new ConnectionAbortedException("for a test")));

    [Fact]
    public Task Write_OnTheLoop_ToAPeerThatIsGone_WhatWaitsForTheEndGoesOnAfterIt() => AfterAsync(
        connection => connection.Transport.Output.WriteAsync("x"u8.ToArray()).AsTask(),
        client =>
        {
            // Done within the loop's turn, so that the reader has not been told yet.
            client.LingerState = new LingerOption(true, 0);
            client.Dispose();
        });

    private static async Task AfterAsync(Action<ConnectionContext> ends, Action<Socket>? before = null)
    {
        await using var server = await LoopServer.StartAsync();
        var (client, connection) = await server.ConnectAsync();
        using var _ = client;
        var within = false;
        var wasWithin = false;
        var read = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var told = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        connection.Features.Get<ILoopFeature>()!.Loop.Post(_ =>
        {
            // The notice of the end and the reader alike.
            connection.ConnectionClosed.Register(() => End(told));
            connection.Transport.Input.ReadAsync().AsTask().GetAwaiter().OnCompleted(() => End(read));
            before?.Invoke(client);
            within = true;
            ends(connection);
            within = false;
        }, null);
        await read.Task.WaitAsync(TestRouter.Patience);
        await told.Task.WaitAsync(TestRouter.Patience);
        wasWithin.ShouldBeFalse();
        await connection.DisposeAsync().AsTask().WaitAsync(TestRouter.Patience);

        void End(TaskCompletionSource source)
        {
            wasWithin |= within;
            source.SetResult();
        }
    }
}
