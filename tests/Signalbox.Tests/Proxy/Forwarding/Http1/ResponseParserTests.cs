using System.Text;
using Signalbox.Proxy.Forwarding.Http1;

namespace Signalbox.Tests.Proxy.Forwarding.Http1;

public sealed class ResponseParserTests
{
    public static TheoryData<HeadCase> Good => [.. HeadCases.Good];

    public static TheoryData<HeadCase> Bad => [.. HeadCases.Bad];

    [Theory]
    [MemberData(nameof(Good))]
    public void Parse_OneReading_IsRead(HeadCase head)
    {
        ReadHead.Of(head.Raw).ShouldBe($"{head.Raw.Length}: {head.Reading}");
        ReadHead.Of(head.Raw + "HTTP/1.1 200 OK\r\n\r\n").ShouldBe($"{head.Raw.Length}: {head.Reading}");
        ReadHead.Of(head.Raw[..^1]).ShouldBe("more");
    }

    [Theory]
    [MemberData(nameof(Bad))]
    public void Parse_NoReadingOrTwo_IsAnError(HeadCase head)
    {
        var read = ReadHead.Of(head.Raw);
        read.ShouldStartWith("error: ");
        read.ShouldContain(head.Reading);
    }

    [Theory]
    [MemberData(nameof(Good))]
    [MemberData(nameof(Bad))]
    public void Parse_CutAtAnyOctet_IsReadTheSame(HeadCase head)
    {
        var whole = ReadHead.Of(head.Raw);
        // Each octet of a usual head, and a sample of the large ones.
        var step = 1 + (head.Raw.Length / 1000);
        for (var cut = 0; cut <= head.Raw.Length; cut += step) ReadHead.Of(head.Raw, cut).ShouldBe(whole);
        ReadHead.Of(head.Raw, [.. Enumerable.Range(0, head.Raw.Length / step).Select(i => i * step)]).ShouldBe(whole);
    }

    /// <summary>RFC 9110 9.3.2: an answer to HEAD has the fields of one to GET, and no body.</summary>
    [Theory]
    [MemberData(nameof(Good))]
    public void Framing_OfHead_IsNone(HeadCase head)
    {
        var message = new ResponseMessage();
        ResponseParser.Parse(Encoding.Latin1.GetBytes(head.Raw), message);
        message.FramingFor("HEAD").ShouldBe(Framing.None);
    }

    [Fact]
    public void Parse_AnotherProtocol_IsKnownBeforeItsLineEnds() => ReadHead.Of("SSH-").ShouldBe("error: its answer is not valid HTTP");

    [Fact]
    public void Parse_NothingYet_WantsMore() => ReadHead.Of("").ShouldBe("more");

    [Fact]
    public void Connection_OfSeveralFields_IsOneList()
    {
        var message = new ResponseMessage();
        ResponseParser.Parse("HTTP/1.1 200 OK\r\nConnection: a\r\nX: y\r\nconnection: b, c\r\n\r\n"u8, message);
        message.Connection.ShouldBe("a, b, c");
        ResponseParser.Parse("HTTP/1.1 200 OK\r\nX: y\r\n\r\n"u8, message);
        message.Connection.ShouldBeNull();
    }
}
