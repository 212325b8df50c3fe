using System.Text;
using Signalbox.Proxy.Forwarding.Http1;

namespace Signalbox.Tests.Proxy.Forwarding.Http1;

/// <summary>What one answer on a connection leaves for the next.</summary>
public sealed class ResponseMessageTests
{
    private const string First = "HTTP/1.1 418 I am one\r\nDate: 1\r\nX-Mine: a\r\nContent-Length: 5\r\nConnection: keep-alive\r\n\r\n";

    [Theory]
    [InlineData(First)]
    [InlineData("HTTP/1.1 418 I am one\r\nDate: 22\r\nX-Mine: a\r\nContent-Length: 1234\r\nConnection: keep-alive\r\n\r\n")]
    [InlineData("HTTP/1.1 418 I am one\r\nDate: 1\r\nX-Mine: a\r\n\r\n")]
    [InlineData(First + "HTTP/1.1 200 OK\r\n\r\n")]
    public void Parse_FieldsThatComeAgain_AreTheSameStrings(string second)
    {
        var message = new ResponseMessage();
        Parse(First, message);
        var (reason, fields) = (message.Reason, message.Fields.ToArray());
        Parse(second, message);
        message.Reason.ShouldBeSameAs(reason);
        for (var i = 0; i < message.Fields.Length; i++)
        {
            message.Fields[i].Key.ShouldBeSameAs(fields[i].Key);
            if (message.Fields[i].Value == fields[i].Value) message.Fields[i].Value.ShouldBeSameAs(fields[i].Value);
        }
    }

    [Fact]
    public void Parse_LinesThatMove_AreTheSameStrings()
    {
        var message = new ResponseMessage();
        Parse(First, message);
        var field = message.Fields[1];
        for (var length = 1; length < 20; length++)
        {
            Parse($"HTTP/1.1 418 I am one\r\nDate: {new string('1', length)}\r\nX-Mine: a\r\nContent-Length: {length}\r\n\r\n", message);
            message.Fields[1].Key.ShouldBeSameAs(field.Key);
            message.Fields[1].Value.ShouldBeSameAs(field.Value);
            message.Length.ShouldBe(length);
        }
    }

    [Fact]
    public void Parse_UsualNames_AreTheSameStringsOnEveryConnection()
    {
        var (one, other) = (new ResponseMessage(), new ResponseMessage());
        const string Head = "HTTP/1.1 404 Not Found\r\nContent-Type: a\r\nset-cookie: b\r\n\r\n";
        Parse(Head, one);
        Parse(Head, other);
        one.Reason.ShouldBeSameAs(other.Reason);
        one.Fields[0].Key.ShouldBeSameAs(other.Fields[0].Key);
        one.Fields[1].Key.ShouldBeSameAs(other.Fields[1].Key);
        one.Fields[1].Key.ShouldBe("set-cookie");
    }

    [Fact]
    public void Parse_SteadyBackend_AllocatesNothing()
    {
        byte[][] heads = [Encoding.Latin1.GetBytes(First), Encoding.Latin1.GetBytes(First.Replace("X-Mine: a\r\n", "", StringComparison.Ordinal))];
        var message = new ResponseMessage();
        // The second head lacks a field of the first; from there on its lines are compared with others, so each is read by itself.
        foreach (var head in heads)
        {
            for (var i = 0; i < 100; i++) ResponseParser.Parse(head, message);
            var before = GC.GetAllocatedBytesForCurrentThread();
            for (var i = 0; i < 100; i++)
            {
                // In two pieces as well, so that it is not only found to be the head before once more.
                ResponseParser.Parse(head.AsSpan(0, i % head.Length), message);
                ResponseParser.Parse(head, message);
            }

            (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBe(0);
        }
    }

    [Fact]
    public void Parse_AfterABadHead_RemembersNothingOfIt()
    {
        var message = new ResponseMessage();
        Parse(First, message);
        Should.Throw<ProtocolException>(() => Parse("HTTP/1.1 418 I am one\r\nDate: 2\r\nX-Mine: b\r\nContent-Length: x\r\n\r\n", message));
        Parse(First, message);
        message.Fields.ToArray().Select(field => $"{field.Key}={field.Value}").ShouldBe(["Date=1", "X-Mine=a", "Content-Length=5", "Connection=keep-alive"]);
        message.Length.ShouldBe(5);
    }

    /// <summary>A head that comes octet by octet must not be searched from its beginning each time.</summary>
    [Fact]
    public void Parse_MoreOfALine_IsSearchedOnce()
    {
        var message = new ResponseMessage();
        Parse("HTTP/1.1 200 OK\r\nA: b", message).ShouldBe(0);
        (message.At, message.Searched).ShouldBe((17, 21));
    }

    private static int Parse(string head, ResponseMessage into) => ResponseParser.Parse(Encoding.Latin1.GetBytes(head), into);
}
