using System.Text;
using Signalbox.Proxy.Forwarding.Http1;

namespace Signalbox.Tests.Proxy.Forwarding.Http1;

public sealed class ChunkedDecoderTests
{
    public static TheoryData<HeadCase> Good => [.. ChunkCases.Good];

    public static TheoryData<HeadCase> Bad => [.. ChunkCases.Bad];

    [Theory]
    [MemberData(nameof(Good))]
    public void Take_OneReading_IsRead(HeadCase body)
    {
        ReadChunks.Of(body.Raw).ShouldBe($"{body.Raw.Length}: {body.Reading}");
        ReadChunks.Of(body.Raw + "HTTP/1.1 200 OK\r\n\r\n").ShouldBe($"{body.Raw.Length}: {body.Reading}");
        ReadChunks.Of(body.Raw[..^1]).ShouldBe("more");
    }

    [Theory]
    [MemberData(nameof(Bad))]
    public void Take_NoReadingOrTwo_IsAnError(HeadCase body)
    {
        var read = ReadChunks.Of(body.Raw);
        read.ShouldStartWith("error: ");
        read.ShouldContain(body.Reading);
    }

    [Theory]
    [MemberData(nameof(Good))]
    [MemberData(nameof(Bad))]
    public void Take_CutAtAnyOctet_IsReadTheSame(HeadCase body)
    {
        var whole = ReadChunks.Of(body.Raw);
        // Each octet of a usual body, and a sample of the large ones.
        var step = 1 + (body.Raw.Length / 1000);
        for (var cut = 0; cut <= body.Raw.Length; cut += step) ReadChunks.Of(body.Raw, cut).ShouldBe(whole);
        ReadChunks.Of(body.Raw, [.. Enumerable.Range(0, body.Raw.Length / step).Select(i => i * step)]).ShouldBe(whole);
    }

    /// <summary>An event stream waits between chunks, and holds no buffer only if it holds no octet.</summary>
    [Fact]
    public void Take_BetweenChunks_LeavesNoOctetBehind()
    {
        var decoder = new ChunkedDecoder();
        decoder.TakeFraming("1\r\nx\r\n"u8).ShouldBe(3);
        decoder.TookData(1);
        decoder.TakeFraming("\r\n"u8).ShouldBe(2);
        decoder.DataLeft.ShouldBe(0);
        decoder.IsComplete.ShouldBeFalse();
    }

    [Fact]
    public void Take_LargestChunk_CountsItsData()
    {
        var decoder = new ChunkedDecoder();
        decoder.TakeFraming("0FFFFFFFFFFFFFFF\r\nx"u8).ShouldBe(18);
        decoder.DataLeft.ShouldBe((1L << 60) - 1);
        // Its data is not framing, so there is nothing to take until it has been told of.
        decoder.TakeFraming("0\r\n\r\n"u8).ShouldBe(0);
        decoder.TookData((1L << 60) - 2);
        decoder.DataLeft.ShouldBe(1);
        Should.Throw<ArgumentOutOfRangeException>(() => decoder.TookData(2));
    }

    [Fact]
    public void Reset_AnyBody_LeavesNothingOfIt()
    {
        var decoder = new ChunkedDecoder();
        foreach (var first in ChunkCases.Good.Concat(ChunkCases.Bad))
        {
            foreach (var raw in new[] { first.Raw, first.Raw[..^1] })
            {
                _ = ReadChunks.Of(Encoding.Latin1.GetBytes(raw), decoder);
                decoder.Reset();
                ReadChunks.Of("5;x\r\nhello\r\n0\r\nA: b\r\n\r\n"u8.ToArray(), decoder).ShouldBe("23: hello | A=b");
                decoder.Reset();
            }
        }
    }
}
