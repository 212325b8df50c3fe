using System.IO.Pipelines;
using System.Net.Security;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Connections;
using Signalbox.Tests.Proxy.Support;

namespace Signalbox.Tests.Proxy.Tls;

/// <summary>The two directions of a connection once its handshake is done.</summary>
public sealed class TlsPipesTests
{
    private readonly TaskCompletionSource<IDuplexPipe> _pipes = new(TaskCreationOptions.RunContinuationsAsynchronously);

    [Theory]
    [InlineData(1)]
    [InlineData(1000)]
    [InlineData(16384)]
    [InlineData(100_000)]
    public async Task Upload_InWritesOfAnySize_ArrivesWhole(int writeLength)
    {
        await using var connection = new TerminatedConnection(ServeAsync);
        var (client, server) = await BeginAsync(connection);
        var sent = RandomNumberGenerator.GetBytes(writeLength == 1 ? 5000 : 3_000_000);
        var reading = ReadAsync(server.Input, sent.Length);
        for (var at = 0; at < sent.Length; at += writeLength) await client.WriteAsync(sent.AsMemory(at, Math.Min(writeLength, sent.Length - at)));
        (await reading.WaitAsync(TestRouter.Patience)).ShouldBe(sent);
        connection.Pool.Out.ShouldBe(0);
    }

    [Theory]
    [InlineData(100, 1)]
    [InlineData(100, 1000)]
    [InlineData(5000, 3)]
    [InlineData(16384, 2)]
    [InlineData(40_000, 5)]
    public async Task Download_OfAnyPieces_ArrivesWhole(int pieceLength, int piecesAFlush)
    {
        await using var connection = new TerminatedConnection(ServeAsync);
        var (client, server) = await BeginAsync(connection);
        var sent = RandomNumberGenerator.GetBytes(pieceLength * piecesAFlush * 3);
        var received = new byte[sent.Length];
        var reading = client.ReadExactlyAsync(received).AsTask();
        for (var (at, piece) = (0, 0); at < sent.Length; at += pieceLength, piece++)
        {
            sent.AsSpan(at, pieceLength).CopyTo(server.Output.GetSpan(pieceLength));
            server.Output.Advance(pieceLength);
            if (piece % piecesAFlush == piecesAFlush - 1) await server.Output.FlushAsync();
        }

        server.Output.UnflushedBytes.ShouldBe(0);
        await reading.WaitAsync(TestRouter.Patience);
        received.ShouldBe(sent);
        connection.Pool.Out.ShouldBe(0);
    }

    [Fact]
    public async Task SmallPieces_OfOneFlush_AreOneRecord()
    {
        await using var connection = new TerminatedConnection(ServeAsync);
        var (client, server) = await BeginAsync(connection);
        // Small ones that do not fit into one block of 4 KiB.
        foreach (var length in (int[])[3000, 3000, 3000])
        {
            server.Output.GetSpan(length)[..length].Clear();
            server.Output.Advance(length);
        }

        await server.Output.FlushAsync();
        await client.ReadExactlyAsync(new byte[1]);
        var before = connection.Raw.RecordTypes.Count;
        await client.ReadExactlyAsync(new byte[8999]);
        connection.Raw.RecordTypes.Count.ShouldBe(before);
    }

    [Fact]
    public async Task Client_TakesNothing_FlushWaitsUntilItDoes()
    {
        await using var connection = new TerminatedConnection(ServeAsync, held: 64 * 1024);
        var (client, server) = await BeginAsync(connection);
        ValueTask<FlushResult> flushing;
        var written = 0;
        do
        {
            server.Output.GetSpan(16 * 1024).Clear();
            server.Output.Advance(16 * 1024);
            written += 16 * 1024;
            flushing = server.Output.FlushAsync();
        }
        while (flushing.IsCompleted);

        written.ShouldBeLessThanOrEqualTo(64 * 1024);
        var isFlushed = flushing.AsTask();
        await client.ReadExactlyAsync(new byte[written]);
        await isFlushed.WaitAsync(TestRouter.Patience);
    }

    [Fact]
    public async Task Server_ReadsNothing_ClientWaitsAndLittleIsDecrypted()
    {
        await using var connection = new TerminatedConnection(ServeAsync, held: 128 * 1024);
        var (client, server) = await BeginAsync(connection);
        var sent = RandomNumberGenerator.GetBytes(1_000_000);
        var sending = client.WriteAsync(sent).AsTask();
        var read = await server.Input.ReadAsync();
        read.Buffer.Length.ShouldBe(64 * 1024);
        server.Input.AdvanceTo(read.Buffer.Start);
        sending.IsCompleted.ShouldBeFalse();
        (await ReadAsync(server.Input, sent.Length).WaitAsync(TestRouter.Patience)).ShouldBe(sent);
        await sending.WaitAsync(TestRouter.Patience);
    }

    [Fact]
    public async Task Idle_HoldsNoBuffer()
    {
        await using var connection = new TerminatedConnection(ServeAsync);
        var (client, server) = await BeginAsync(connection);
        await client.WriteAsync("ping"u8.ToArray());
        await ReadAsync(server.Input, 4);
        await server.Output.WriteAsync("pong"u8.ToArray());
        await client.ReadExactlyAsync(new byte[4]);
        var waiting = server.Input.ReadAsync();
        waiting.IsCompleted.ShouldBeFalse();
        connection.Pool.Out.ShouldBe(0);
        await client.WriteAsync("ping"u8.ToArray());
        server.Input.AdvanceTo((await waiting.AsTask().WaitAsync(TestRouter.Patience)).Buffer.End);
    }

    [Fact]
    public async Task Read_Examined_WaitsForMoreAndShowsAllOfIt()
    {
        await using var connection = new TerminatedConnection(ServeAsync);
        var (client, server) = await BeginAsync(connection);
        await client.WriteAsync("one "u8.ToArray());
        var read = await server.Input.ReadAsync();
        server.Input.AdvanceTo(read.Buffer.Start, read.Buffer.End);
        var reading = server.Input.ReadAsync().AsTask();
        reading.IsCompleted.ShouldBeFalse();
        await client.WriteAsync("two"u8.ToArray());
        read = await reading.WaitAsync(TestRouter.Patience);
        Encoding.ASCII.GetString(read.Buffer).ShouldBe("one two");
        // Of what was not examined, all is shown again at once.
        server.Input.AdvanceTo(read.Buffer.GetPosition(4), read.Buffer.GetPosition(5));
        server.Input.TryRead(out read).ShouldBeTrue();
        Encoding.ASCII.GetString(read.Buffer).ShouldBe("two");
        server.Input.AdvanceTo(read.Buffer.End);
        connection.Pool.Out.ShouldBe(0);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Read_Cancelled_SaysSoOnceAndGoesOn(bool isWaiting)
    {
        await using var connection = new TerminatedConnection(ServeAsync);
        var (client, server) = await BeginAsync(connection);
        var reading = isWaiting ? server.Input.ReadAsync().AsTask() : null;
        server.Input.CancelPendingRead();
        var read = await (reading ?? server.Input.ReadAsync().AsTask()).WaitAsync(TestRouter.Patience);
        read.IsCanceled.ShouldBeTrue();
        server.Input.AdvanceTo(read.Buffer.End);
        await client.WriteAsync("more"u8.ToArray());
        Encoding.ASCII.GetString(await ReadAsync(server.Input, 4)).ShouldBe("more");
    }

    [Fact]
    public async Task Records_WithoutData_AreReadOver()
    {
        await using var connection = new TerminatedConnection(ServeAsync);
        var (client, server) = await BeginAsync(connection);
        var reading = server.Input.ReadAsync().AsTask();
        await client.WriteAsync(Array.Empty<byte>());
        await client.WriteAsync("data"u8.ToArray());
        var read = await reading.WaitAsync(TestRouter.Patience);
        Encoding.ASCII.GetString(read.Buffer).ShouldBe("data");
        server.Input.AdvanceTo(read.Buffer.End);
    }

    private static async Task<byte[]> ReadAsync(PipeReader reader, int length)
    {
        var all = new MemoryStream();
        while (all.Length < length)
        {
            var read = await reader.ReadAsync();
            foreach (var piece in read.Buffer) all.Write(piece.Span);
            reader.AdvanceTo(read.Buffer.End);
            if (read.IsCompleted) break;
        }

        return all.ToArray();
    }

    private async Task<(SslStream Client, IDuplexPipe Server)> BeginAsync(TerminatedConnection connection)
    {
        var client = await connection.HandshakeAsync();
        return (client, await _pipes.Task.WaitAsync(TestRouter.Patience));
    }

    /// <summary>Hands its pipes to the test and stays until the client leaves.</summary>
    private async Task ServeAsync(ConnectionContext context)
    {
        _pipes.SetResult(context.Transport);
        await Task.Delay(Timeout.InfiniteTimeSpan, context.ConnectionClosed).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }
}
