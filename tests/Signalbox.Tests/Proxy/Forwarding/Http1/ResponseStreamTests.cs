using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Signalbox.Proxy.Forwarding.Http1;

namespace Signalbox.Tests.Proxy.Forwarding.Http1;

public sealed class ResponseStreamTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public void Read_ChunksInAnyPieces_GivesTheirBytes()
    {
        var pieces = Gen.Choose(1, 40).ListOf();
        var property = Prop.ForAll(pieces.ToArbitrary(), pieces.ToArbitrary(), (chunks, reads) =>
        {
            var body = string.Concat(Enumerable.Range(0, chunks.Sum()).Select(i => (char)('a' + (i % 26))));
            var wire = new StringBuilder();
            var at = 0;
            foreach (var chunk in chunks)
            {
                wire.Append($"{chunk:X};ext=1\r\n{body.AsSpan(at, chunk)}\r\n");
                at += chunk;
            }

            wire.Append("0\r\nX-Check: 1\r\n\r\nNEXT");
            var (read, stream, rest) = ReadAsync(wire.ToString(), Framing.Chunked, 0, [.. reads]).GetAwaiter().GetResult();
            read.ShouldBe(body);
            stream.IsComplete.ShouldBeTrue();
            stream.Trailers.ShouldBe([new("X-Check", "1")]);
            rest.ShouldBe("NEXT");
        });
        property.QuickCheckThrowOnFailure();
    }

    [Theory]
    [InlineData("5\r\nhel")]
    [InlineData("5\r\nhello")]
    [InlineData("5\r\nhello\r\n")]
    [InlineData("5\r\nhello\r\n0\r\n")]
    [InlineData("5\r\nhelloXX0\r\n\r\n")]
    [InlineData("-5\r\nhello\r\n0\r\n\r\n")]
    [InlineData("0x5\r\nhello\r\n0\r\n\r\n")]
    [InlineData("FFFFFFFFFFFFFFFFF\r\n")]
    [InlineData("\r\n")]
    public async Task Read_ChunksBrokenOrCutOff_IsAnError(string wire) =>
        await Should.ThrowAsync<ProtocolException>(ReadAsync(wire, Framing.Chunked, 0, [7]));

    [Fact]
    public async Task Read_LengthCutOff_IsAnError() => await Should.ThrowAsync<ProtocolException>(ReadAsync("half", Framing.Length, 10, [3]));

    [Fact]
    public async Task Read_Length_LeavesWhatFollows()
    {
        var (read, stream, rest) = await ReadAsync("bodynext", Framing.Length, 4, [100]);
        read.ShouldBe("body");
        stream.IsComplete.ShouldBeTrue();
        rest.ShouldBe("next");
    }

    [Fact]
    public async Task Read_UntilClose_GivesAll() => (await ReadAsync("all of it", Framing.UntilClose, 0, [2])).Read.ShouldBe("all of it");

    private static async Task<(string Read, ResponseStream Stream, string Left)> ReadAsync(string wire, Framing framing, long length, int[] sizes)
    {
        using var pieces = new Pieces(Encoding.Latin1.GetBytes(wire), sizes);
        var incoming = new IncomingBytes(pieces);
        var stream = new ResponseStream(incoming, framing, length);
        var read = new StringBuilder();
        var buffer = new byte[128];
        for (var i = 0; ; i++)
        {
            await stream.ReadExactlyAsync(Memory<byte>.Empty, Cancellation);
            var count = await stream.ReadAsync(buffer.AsMemory(0, sizes.Length == 0 ? 128 : sizes[i % sizes.Length]), Cancellation);
            if (count == 0) break;
            read.Append(Encoding.Latin1.GetString(buffer, 0, count));
        }

        return (read.ToString(), stream, Encoding.Latin1.GetString(incoming.Bytes) + wire[(int)pieces.Position..]);
    }

    /// <summary>Gives its bytes in pieces of these sizes, over and over.</summary>
    private sealed class Pieces(byte[] bytes, int[] sizes) : MemoryStream(bytes)
    {
        private int _turn;

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            if (buffer.IsEmpty) return new(0);
            var most = sizes.Length == 0 ? buffer.Length : sizes[_turn++ % sizes.Length];
            return base.ReadAsync(buffer[..Math.Min(most, buffer.Length)], cancellationToken);
        }
    }
}
