using System.Buffers;
using System.Buffers.Binary;
using System.IO.Pipelines;
using System.Text;
using Signalbox.Proxy.Tls;
using Signalbox.Tests.Proxy.Support;

namespace Signalbox.Tests.Proxy.Tls;

public sealed class HelloReaderTests
{
    /// <summary>Of a record's head and a message's.</summary>
    private const int Heads = 9;

    [Fact]
    public async Task TryRead_RealHello_TellsNameAndProtocols()
    {
        var hello = Read(await Hellos.RecordAsync("App.Localhost", "h2", "http/1.1")).ShouldNotBeNull();
        hello.ServerName.ShouldBe("App.Localhost");
        hello.Protocols.ShouldBe(["h2", "http/1.1"]);
    }

    [Fact]
    public async Task TryRead_HelloWithoutNameAndProtocols_TellsNeither()
    {
        var hello = Read(await Hellos.RecordAsync("127.0.0.1")).ShouldNotBeNull();
        hello.ServerName.ShouldBeNull();
        hello.Protocols.ShouldBeEmpty();
    }

    [Fact]
    public async Task TryRead_EveryBeginningOfAHello_WaitsForMore()
    {
        var record = await Hellos.RecordAsync("app.localhost", "h2");
        for (var length = 0; length < record.Length; length++) HelloReader.TryRead(new(record.AsMemory(0, length)), out _).ShouldBeFalse($"{length} octets");
    }

    [Theory]
    [InlineData(40)]
    [InlineData(41)]
    [InlineData(100)]
    public async Task TryRead_HelloInManyRecords_IsReadAsOne(int payloadLength)
    {
        var record = await Hellos.RecordAsync("app.localhost", "h2");
        var spread = Hellos.Spread(record, payloadLength);
        Read(spread).ShouldNotBeNull().ServerName.ShouldBe("app.localhost");
        HelloReader.TryRead(new(spread.AsMemory(0, spread.Length - 1)), out _).ShouldBeFalse();
    }

    [Fact]
    public async Task TryRead_HelloInTooManyRecords_IsNotWaitedFor() => Read(Hellos.Spread(await Hellos.RecordAsync("app.localhost"), 1)).ShouldBeNull();

    [Fact]
    public async Task TryRead_MoreBehindTheHelloInItsRecord_IsNone()
    {
        var record = await Hellos.RecordAsync("app.localhost");
        byte[] longer = [.. record, 0];
        BinaryPrimitives.WriteUInt16BigEndian(longer.AsSpan(3), (ushort)(longer.Length - 5));
        Read(longer).ShouldBeNull();
    }

    [Theory]
    [InlineData("GET / HTTP/1.1\r\n")]
    [InlineData("\u0015\u0003\u0001\u0000\u0002\u0002\u0028")]
    [InlineData("\u0016\u0002\u0001\u0000\u0001\u0001")]
    [InlineData("\u0016\u0003\u0001\u0000\u0000")]
    [InlineData("\u0016\u0003\u0001\u00ff\u00ff\u0001")]
    [InlineData("\u0016\u0003\u0001\u0000\u0004\u0001\u0001\u0000\u0000")]
    [InlineData("\u0016\u0003\u0001\u0000\u0004\u0002\u0000\u0000\u0000")]
    public void TryRead_NoHello_IsNotWaitedFor(string octets) => Read(Encoding.Latin1.GetBytes(octets)).ShouldBeNull();

    [Fact]
    public async Task TryRead_ExtensionTwice_IsNone()
    {
        var record = await Hellos.RecordAsync("app.localhost");
        Read(WithExtensions(record, [0x12, 0x34, 0, 0])).ShouldNotBeNull();
        Read(WithExtensions(record, [0x12, 0x34, 0, 0, 0x12, 0x34, 0, 0])).ShouldBeNull();
    }

    [Theory]
    // A list of names with none, with two, of an unknown kind, with an empty one, with one that is no text, and with octets behind it.
    [InlineData(new byte[] { 0, 0, 0, 2, 0, 0 })]
    [InlineData(new byte[] { 0, 0, 0, 10, 0, 8, 0, 0, 1, 97, 0, 0, 1, 98 })]
    [InlineData(new byte[] { 0, 0, 0, 6, 0, 4, 1, 0, 1, 97 })]
    [InlineData(new byte[] { 0, 0, 0, 5, 0, 3, 0, 0, 0 })]
    [InlineData(new byte[] { 0, 0, 0, 6, 0, 4, 0, 0, 1, 0 })]
    [InlineData(new byte[] { 0, 0, 0, 6, 0, 4, 0, 0, 1, 200 })]
    [InlineData(new byte[] { 0, 0, 0, 7, 0, 4, 0, 0, 1, 97, 0 })]
    // A list of protocols with none, and with an empty one.
    [InlineData(new byte[] { 0, 16, 0, 2, 0, 0 })]
    [InlineData(new byte[] { 0, 16, 0, 3, 0, 1, 0 })]
    public async Task TryRead_BadNameOrProtocols_IsNone(byte[] extension) => Read(WithExtensions(await Hellos.RecordAsync("127.0.0.1"), extension, only: true)).ShouldBeNull();

    [Fact]
    public async Task TryRead_NameAndProtocols_AreReadWhereverTheyStand()
    {
        var hello = Read(WithExtensions(await Hellos.RecordAsync("127.0.0.1"), [0, 16, 0, 6, 0, 4, 3, 97, 0xE9, 99, 0, 0, 0, 6, 0, 4, 0, 0, 1, 97], only: true)).ShouldNotBeNull();
        hello.ServerName.ShouldBe("a");
        hello.Protocols.ShouldBe(["a\u00e9c"]);
    }

    [Fact]
    public async Task TryRead_DamagedHellos_NeverThrowAndNeverTellWhatDoesNotStandThere()
    {
        var record = await Hellos.RecordAsync("app.localhost", "h2", "http/1.1");
        for (var seed = 0; seed < 5000; seed++)
        {
            var text = new Damage(seed);
            var damaged = text.Damaged(record);
            var isDone = HelloReader.TryRead(Cut(damaged, text.Cuts(damaged.Length)), out var hello);
            HelloReader.TryRead(new(damaged), out var whole).ShouldBe(isDone, $"seed {seed}");
            whole?.ServerName.ShouldBe(hello?.ServerName, $"seed {seed}");
            if (hello?.ServerName is { } name) damaged.AsSpan().IndexOf(Encoding.ASCII.GetBytes(name)).ShouldBeGreaterThan(0, $"seed {seed}");
        }
    }

    [Fact]
    public async Task ReadAsync_HelloOctetByOctet_IsReadWithoutTakingAnythingAway()
    {
        var record = await Hellos.RecordAsync("app.localhost", "h2");
        var pipe = new Pipe();
        var input = new RecordInput(pipe.Reader);
        var reading = HelloReader.ReadAsync(input, TestContext.Current.CancellationToken).AsTask();
        foreach (var octet in record)
        {
            reading.IsCompleted.ShouldBeFalse();
            await pipe.Writer.WriteAsync(new[] { octet });
        }

        (await reading.WaitAsync(TestRouter.Patience)).ServerName.ShouldBe("app.localhost");
        input.Held.ToArray().ShouldBe(record);
    }

    [Fact]
    public async Task ReadAsync_EndInTheMiddle_IsUnread()
    {
        var record = await Hellos.RecordAsync("app.localhost");
        var pipe = new Pipe();
        await pipe.Writer.WriteAsync(record.AsMemory(0, 50));
        await pipe.Writer.CompleteAsync();
        var reading = HelloReader.ReadAsync(new RecordInput(pipe.Reader), TestContext.Current.CancellationToken).AsTask();
        (await reading.WaitAsync(TestRouter.Patience)).ShouldBeSameAs(ClientHello.Unread);
    }

    private static ClientHello? Read(byte[] octets)
    {
        HelloReader.TryRead(new(octets), out var hello).ShouldBeTrue();
        return hello;
    }

    /// <summary>The same hello with these extensions behind its own, or in their place.</summary>
    private static byte[] WithExtensions(byte[] record, byte[] more, bool only = false)
    {
        // Behind version and random: the session's id, the suites, the compressions.
        var at = Heads + 34;
        at += 1 + record[at];
        at += 2 + BinaryPrimitives.ReadUInt16BigEndian(record.AsSpan(at));
        at += 1 + record[at];
        byte[] extensions = only ? more : [.. record[(at + 2)..], .. more];
        byte[] made = [.. record[..at], (byte)(extensions.Length >> 8), (byte)extensions.Length, .. extensions];
        BinaryPrimitives.WriteUInt16BigEndian(made.AsSpan(3), (ushort)(made.Length - 5));
        BinaryPrimitives.WriteUInt16BigEndian(made.AsSpan(7), (ushort)(made.Length - Heads));
        return made;
    }

    private static ReadOnlySequence<byte> Cut(byte[] octets, int[] cuts)
    {
        var from = 0;
        Piece? first = null, last = null;
        foreach (var to in cuts.Append(octets.Length))
        {
            last = new Piece(octets.AsMemory(from, to - from), last);
            first ??= last;
            from = to;
        }

        return new(first!, 0, last!, last!.Memory.Length);
    }

    private sealed class Piece : ReadOnlySequenceSegment<byte>
    {
        public Piece(ReadOnlyMemory<byte> memory, Piece? before)
        {
            Memory = memory;
            if (before is null) return;
            RunningIndex = before.RunningIndex + before.Memory.Length;
            before.Next = this;
        }
    }

    private sealed class Damage(int seed) : SeededText(seed, ["\0", "\0\0", "\u00ff\u00ff", "\u0016\u0003\u0001"]);
}
