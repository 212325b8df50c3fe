using System.Buffers;
using System.IO.Pipelines;
using System.Text;
using Microsoft.AspNetCore.Http;
using Signalbox.Proxy.Connections;

namespace Signalbox.Tests.Proxy.Connections;

/// <summary>The contract of <see cref="PipeReader"/>, over an in-memory pipe.</summary>
public sealed class GuardedReaderTests
{
    private const string Head = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";

    private readonly Pipe _input = new(new PipeOptions(useSynchronizationContext: false, minimumSegmentSize: 16));
    private readonly Pipe _output = new();
    private readonly GuardedReader _reader;

    public GuardedReaderTests() =>
        _reader = new GuardedReader(_input.Reader, new RequestScanner(new GuardOptions()), new HeadRefuser(_output.Writer, new GuardOptions(), TimeProvider.System));

    [Fact]
    public async Task Read_HeadInPieces_ShowsItOnlyWhole()
    {
        await Write(Head[..10]);
        _reader.TryRead(out _).ShouldBeFalse();
        var reading = _reader.ReadAsync().AsTask();
        reading.IsCompleted.ShouldBeFalse();
        await Write(Head[10..]);
        Text((await reading).Buffer).ShouldBe(Head);
    }

    [Fact]
    public async Task Advance_NothingConsumedButLess_Examined_ShowsTheSameAgain()
    {
        await Write(Head[..10]);
        var reading = _reader.ReadAsync().AsTask();
        await Write(Head[10..]);
        var result = await reading;
        // Less than the inner reader has been told before: it must never see the mark go back.
        _reader.AdvanceTo(result.Buffer.Start, result.Buffer.GetPosition(3));
        result = await _reader.ReadAsync();
        Text(result.Buffer).ShouldBe(Head);
        _reader.AdvanceTo(result.Buffer.GetPosition(5), result.Buffer.GetPosition(7));
        _reader.TryRead(out result).ShouldBeTrue();
        Text(result.Buffer).ShouldBe(Head[5..]);
        _reader.AdvanceTo(result.Buffer.End);
        _reader.TryRead(out _).ShouldBeFalse();
    }

    [Fact]
    public async Task Read_PipelinedMessages_AreShownOneByOne()
    {
        await Write(Head + Head);
        for (var count = 0; count < 2; count++)
        {
            var result = await _reader.ReadAsync();
            Text(result.Buffer).ShouldBe(Head);
            _reader.AdvanceTo(result.Buffer.End);
        }
    }

    [Fact]
    public async Task ReadAtLeast_OverSeveralMessages_GetsThem()
    {
        await Write(Head + Head + Head);
        var result = await _reader.ReadAtLeastAsync(Head.Length * 2 + 1);
        Text(result.Buffer).ShouldBe(Head + Head + Head);
    }

    [Fact]
    public async Task Cancel_WhileReading_ReturnsCancelledOnce()
    {
        var reading = _reader.ReadAsync().AsTask();
        _reader.CancelPendingRead();
        var result = await reading;
        result.IsCanceled.ShouldBeTrue();
        _reader.AdvanceTo(result.Buffer.Start);
        reading = _reader.ReadAsync().AsTask();
        reading.IsCompleted.ShouldBeFalse();
        await Write(Head);
        (await reading).IsCanceled.ShouldBeFalse();
    }

    [Fact]
    public async Task Cancel_BeforeReading_IsShownByTheNextRead()
    {
        _reader.CancelPendingRead();
        (await _reader.ReadAsync()).IsCanceled.ShouldBeTrue();
    }

    [Fact]
    public async Task Cancel_WithDataHeld_IsShownOnceBesideIt()
    {
        await Write(Head);
        var result = await _reader.ReadAsync();
        _reader.AdvanceTo(result.Buffer.Start, result.Buffer.Start);
        _reader.CancelPendingRead();
        result = await _reader.ReadAsync();
        (Text(result.Buffer), result.IsCanceled).ShouldBe((Head, true));
        _reader.AdvanceTo(result.Buffer.End);
        var reading = _reader.ReadAsync().AsTask();
        await Write(Head);
        (await reading).IsCanceled.ShouldBeFalse();
    }

    [Fact]
    public async Task Token_Cancelled_Throws()
    {
        using var source = new CancellationTokenSource();
        var reading = _reader.ReadAsync(source.Token).AsTask();
        await source.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(reading);
        await Write(Head);
        Text((await _reader.ReadAsync()).Buffer).ShouldBe(Head);
    }

    [Fact]
    public async Task End_WithABodyWhole_IsToldAfterIt()
    {
        var message = "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\nhi";
        await Write(message);
        await _input.Writer.CompleteAsync();
        var result = await _reader.ReadAsync();
        (Text(result.Buffer), result.IsCompleted).ShouldBe((message, false));
        _reader.AdvanceTo(result.Buffer.End);
        result = await _reader.ReadAsync();
        (result.Buffer.Length, result.IsCompleted).ShouldBe((0, true));
    }

    [Fact]
    public async Task Error_OfTheInnerReader_ComesThrough()
    {
        await _input.Writer.CompleteAsync(new IOException("gone"));
        await Should.ThrowAsync<IOException>(async () => await _reader.ReadAsync());
    }

    [Fact]
    public async Task Body_Bad_ThrowsEveryTimeAndShowsNothingMore()
    {
        await Write("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nz" + Head);
        var result = await _reader.ReadAsync();
        _reader.AdvanceTo(result.Buffer.End);
        for (var count = 0; count < 3; count++) (await Should.ThrowAsync<BadHttpRequestException>(async () => await _reader.ReadAsync())).StatusCode.ShouldBe(400);
        Should.Throw<BadHttpRequestException>(() => _reader.TryRead(out _));
    }

    [Fact]
    public async Task Head_Bad_IsAnsweredAndLooksLikeTheEnd()
    {
        await Write("BAD\r\n");
        await _input.Writer.CompleteAsync();
        _reader.TryRead(out _).ShouldBeFalse();
        for (var count = 0; count < 2; count++)
        {
            var result = await _reader.ReadAsync();
            (result.Buffer.Length, result.IsCompleted).ShouldBe((0, true));
            _reader.AdvanceTo(result.Buffer.End);
        }

        Text((await _output.Reader.ReadAsync()).Buffer).ShouldStartWith("HTTP/1.1 400 ");
    }

    [Fact]
    public async Task Read_RandomPiecesAndAdvances_ShowsEveryOctetOnce()
    {
        for (var seed = 0; seed < 2_000; seed++)
        {
            var streams = new RequestStreams(seed);
            var octets = streams.Valid();
            var pipe = new Pipe(new PipeOptions(useSynchronizationContext: false, minimumSegmentSize: 16));
            var reader = new GuardedReader(pipe.Reader, new RequestScanner(new GuardOptions()), new HeadRefuser(_output.Writer, new GuardOptions(), TimeProvider.System));
            var shown = new List<byte>();
            var at = 0;
            while (shown.Count < octets.Length)
            {
                if (!reader.TryRead(out var result))
                {
                    var length = 1 + streams.Next(octets.Length - at);
                    await pipe.Writer.WriteAsync(octets.AsMemory(at, length));
                    at += length;
                    continue;
                }

                var consumed = streams.Next((int)result.Buffer.Length + 1);
                var examined = consumed + streams.Next((int)result.Buffer.Length - consumed + 1);
                if (at == octets.Length) consumed = examined = (int)result.Buffer.Length;
                shown.AddRange(result.Buffer.Slice(0, consumed).ToArray());
                reader.AdvanceTo(result.Buffer.GetPosition(consumed), result.Buffer.GetPosition(examined));
            }

            shown.SequenceEqual(octets).ShouldBeTrue($"seed {seed}");
        }
    }

    [Fact]
    public async Task Read_GoodRequests_AllocatesNothing()
    {
        var pipe = new Pipe(new PipeOptions(useSynchronizationContext: false, pauseWriterThreshold: 0));
        var reader = new GuardedReader(pipe.Reader, new RequestScanner(new GuardOptions()), new HeadRefuser(_output.Writer, new GuardOptions(), TimeProvider.System));
        await pipe.Writer.WriteAsync(Encoding.Latin1.GetBytes(string.Concat(Enumerable.Repeat(Head, 1_100))));
        Take(reader, 100);
        var before = GC.GetAllocatedBytesForCurrentThread();
        Take(reader, 1_000);
        // A tier change of the code may allocate a little beside us; one object a request would be 24,000.
        (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBeLessThan(4_000);
    }

    private static void Take(GuardedReader reader, int count)
    {
        for (; count > 0; count--)
        {
            if (!reader.TryRead(out var result)) throw new InvalidOperationException("The data was there.");
            reader.AdvanceTo(result.Buffer.End);
        }
    }

    private static string Text(ReadOnlySequence<byte> octets) => Encoding.Latin1.GetString(octets);

    private async Task Write(string text) => await _input.Writer.WriteAsync(Encoding.Latin1.GetBytes(text));
}
