namespace Signalbox.Tests.Proxy.Forwarding.Http1;

/// <summary>Heads with one reading, and heads with none or two. A reading is "version status reason | framing of a GET | keep or end | fields".</summary>
internal static class HeadCases
{
    private const string Ok = "HTTP/1.1 200 OK\r\n";
    private const string Chunked = "Transfer-Encoding: chunked\r\n";

    private const string NoHttp = "not valid HTTP";
    private const string LineFeed = "line feed alone";
    private const string Control = "control character";
    private const string NoField = "a line that is no field";
    private const string NameSpace = "white space in a field's name";
    private const string BadLength = "no valid Content-Length";
    private const string SeveralLengths = "several Content-Length";
    private const string Coding = "transfer coding";

    public static readonly HeadCase[] Good =
    [
        new("no fields", Ok + "\r\n", "1 200 OK | UntilClose | keep |"),
        new("length", Ok + "Content-Length: 5\r\n\r\n", "1 200 OK | Length 5 | keep | Content-Length=5"),
        new("length zero", Ok + "Content-Length: 0\r\n\r\n", "1 200 OK | None 0 | keep | Content-Length=0"),
        new("length with leading zeros", Ok + "Content-Length: 0005\r\n\r\n", "1 200 OK | Length 5 | keep | Content-Length=0005"),
        new("length with white space around", Ok + "Content-Length: \t 5 \t\r\n\r\n", "1 200 OK | Length 5 | keep | Content-Length=5"),
        new("length of 18 digits", Ok + "Content-Length: 999999999999999999\r\n\r\n", "1 200 OK | Length 999999999999999999 | keep | Content-Length=999999999999999999"),
        new("length in small letters", Ok + "content-length:7\r\n\r\n", "1 200 OK | Length 7 | keep | content-length=7"),
        new("chunked", Ok + Chunked + "\r\n", "1 200 OK | Chunked | keep | Transfer-Encoding=chunked"),
        new("chunked in capitals", Ok + "TRANSFER-ENCODING: CHUNKED\r\n\r\n", "1 200 OK | Chunked | keep | TRANSFER-ENCODING=CHUNKED"),
        new("no reason", "HTTP/1.1 200 \r\nA: b\r\n\r\n", "1 200  | UntilClose | keep | A=b"),
        new("no space behind the status", "HTTP/1.1 200\r\nA: b\r\n\r\n", "1 200  | UntilClose | keep | A=b"),
        new("reason of one's own", "HTTP/1.1 404 Nothing here: \t\u00fc\r\n\r\n", "1 404 Nothing here: \t\u00fc | UntilClose | keep |"),
        new("reason that is a space", "HTTP/1.1 200  \r\n\r\n", "1 200   | UntilClose | keep |"),
        new("a status nobody has", "HTTP/1.1 999 X\r\n\r\n", "1 999 X | UntilClose | keep |"),
        new("empty value", Ok + "A:\r\nB: \t\r\n\r\n", "1 200 OK | UntilClose | keep | A= B="),
        new("value with white space and Latin-1 inside", Ok + "A:\t\u00e9 b\t\u00ff \r\n\r\n", "1 200 OK | UntilClose | keep | A=\u00e9 b\t\u00ff"),
        new("value with colons", Ok + "A: b: c:\r\n\r\n", "1 200 OK | UntilClose | keep | A=b: c:"),
        new("every character of a token", Ok + "!#$%&'*+-.^_`|~09azAZ: 1\r\n\r\n", "1 200 OK | UntilClose | keep | !#$%&'*+-.^_`|~09azAZ=1"),
        new("one name several times, in order", Ok + "Set-Cookie: a\r\nB: 1\r\nSet-Cookie: c\r\n\r\n", "1 200 OK | UntilClose | keep | Set-Cookie=a B=1 Set-Cookie=c"),
        new("names like those that frame", Ok + "Content_Length: 9\r\nTransfer_Encoding: chunked\r\nContent-Length: 2\r\n\r\n", "1 200 OK | Length 2 | keep | Content_Length=9 Transfer_Encoding=chunked Content-Length=2"),
        new("close", Ok + "Connection: close\r\n\r\n", "1 200 OK | UntilClose | end | Connection=close"),
        new("close among others, in capitals", Ok + "Connection: x ,CLOSE\r\n\r\n", "1 200 OK | UntilClose | end | Connection=x ,CLOSE"),
        new("close in a second field", Ok + "Connection: x\r\nConnection: close\r\n\r\n", "1 200 OK | UntilClose | end | Connection=x Connection=close"),
        new("a name that begins like close", Ok + "Connection: closed\r\n\r\n", "1 200 OK | UntilClose | keep | Connection=closed"),
        new("1.0", "HTTP/1.0 200 OK\r\n\r\n", "0 200 OK | UntilClose | end |"),
        new("1.0 that keeps", "HTTP/1.0 200 OK\r\nConnection: Keep-Alive\r\nContent-Length: 1\r\n\r\n", "0 200 OK | Length 1 | keep | Connection=Keep-Alive Content-Length=1"),
        new("1.0 that says both", "HTTP/1.0 200 OK\r\nConnection: keep-alive, close\r\n\r\n", "0 200 OK | UntilClose | end | Connection=keep-alive, close"),
        new("204", "HTTP/1.1 204 No Content\r\n\r\n", "1 204 No Content | None | keep |"),
        new("204 with a length of nothing", "HTTP/1.1 204 No Content\r\nContent-Length: 0\r\n\r\n", "1 204 No Content | None 0 | keep | Content-Length=0"),
        new("204 that announces a body ends the connection", "HTTP/1.1 204 No Content\r\nContent-Length: 5\r\n\r\n", "1 204 No Content | None 5 | end | Content-Length=5"),
        new("204 that announces chunks ends the connection", "HTTP/1.1 204 No Content\r\n" + Chunked + "\r\n", "1 204 No Content | None | end | Transfer-Encoding=chunked"),
        new("304 with the length of what it is about", "HTTP/1.1 304 Not Modified\r\nContent-Length: 5\r\n\r\n", "1 304 Not Modified | None 5 | keep | Content-Length=5"),
        new("304 with a coding", "HTTP/1.1 304 Not Modified\r\n" + Chunked + "\r\n", "1 304 Not Modified | None | keep | Transfer-Encoding=chunked"),
        new("100", "HTTP/1.1 100 Continue\r\n\r\n", "1 100 Continue | None | keep |"),
        new("103 with fields", "HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n", "1 103 Early Hints | None | keep | Link=</a>"),
        new("101", "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: chat\r\nContent-Length: 0\r\n\r\n",
            "1 101 Switching Protocols | None 0 | keep | Connection=Upgrade Upgrade=chat Content-Length=0"),
        new("as many fields as may be", Ok + Fields(256) + "\r\n", "1 200 OK | UntilClose | keep | " + string.Join(' ', Enumerable.Range(0, 256).Select(i => $"F{i}={i}"))),
        new("as long as may be", Ok + "A: " + new string('x', (64 * 1024) - 24) + "\r\n\r\n", "1 200 OK | UntilClose | keep | A=" + new string('x', (64 * 1024) - 24)),
    ];

    public static readonly HeadCase[] Bad =
    [
        new("another protocol", "SSH-2.0-OpenSSH_9.2\r\n", NoHttp),
        new("an empty line before", "\r\n" + Ok + "\r\n", NoHttp),
        new("a space before", " " + Ok + "\r\n", NoHttp),
        new("small letters", "http/1.1 200 OK\r\n\r\n", NoHttp),
        new("HTTP/2", "HTTP/2 200 OK\r\n\r\n", NoHttp),
        new("HTTP/1.2", "HTTP/1.2 200 OK\r\n\r\n", NoHttp),
        new("HTTP/1", "HTTP/1 200 OK\r\n\r\n", NoHttp),
        new("no status", "HTTP/1.1\r\n\r\n", NoHttp),
        new("two digits", "HTTP/1.1 20 OK\r\n\r\n", NoHttp),
        new("four digits", "HTTP/1.1 2000 OK\r\n\r\n", NoHttp),
        new("two spaces", "HTTP/1.1  200 OK\r\n\r\n", NoHttp),
        new("a tab", "HTTP/1.1\t200 OK\r\n\r\n", NoHttp),
        new("a tab behind the status", "HTTP/1.1 200\tOK\r\n\r\n", NoHttp),
        new("a sign", "HTTP/1.1 +20 OK\r\n\r\n", NoHttp),
        new("a status below 100", "HTTP/1.1 099 OK\r\n\r\n", NoHttp),
        new("a status of letters", "HTTP/1.1 2oo OK\r\n\r\n", NoHttp),
        new("CR in the reason", "HTTP/1.1 200 O\rX-Evil: 1\r\n\r\n", Control),
        new("NUL in the reason", "HTTP/1.1 200 O\0K\r\n\r\n", Control),
        new("DEL in the reason", "HTTP/1.1 200 O\u007fK\r\n\r\n", Control),
        new("LF ends the first line", "HTTP/1.1 200 OK\nA: b\r\n\r\n", LineFeed),
        new("LF ends a field", Ok + "A: b\nC: d\r\n\r\n", LineFeed),
        new("LF ends the head", Ok + "A: b\r\n\n", LineFeed),
        new("LF alone throughout", "HTTP/1.1 200 OK\n\n", LineFeed),
        new("CR CR LF", Ok + "A: b\r\r\n\r\n", Control),
        new("CR in a value", Ok + "A: b\rX-Evil: 1\r\n\r\n", Control),
        new("CR before a name", Ok + "\rA: b\r\n\r\n", NoField),
        new("NUL in a value", Ok + "A: b\0\r\n\r\n", Control),
        new("BS in a value", Ok + "A: b\b\r\n\r\n", Control),
        new("DEL in a value", Ok + "A: \u007f\r\n\r\n", Control),
        new("vertical tab before a value", Ok + "A:\v5\r\n\r\n", Control),
        new("space before the colon", Ok + "A : b\r\n\r\n", NameSpace),
        new("tab before the colon", Ok + "Content-Length\t: 5\r\n\r\n", NameSpace),
        new("space in the name", Ok + "X-Evil b: 1\r\n\r\n", NameSpace),
        new("folded line", Ok + "A: b\r\n folded\r\n\r\n", "folded line"),
        new("folded with a tab", Ok + "A: b\r\n\tc: d\r\n\r\n", "folded line"),
        new("folded first line", Ok + " A: b\r\n\r\n", "folded line"),
        new("no colon", Ok + "nonsense\r\n\r\n", NoField),
        new("no name", Ok + ": b\r\n\r\n", NoField),
        new("name with an umlaut", Ok + "\u00c4: b\r\n\r\n", NoField),
        new("name with a quote", Ok + "\"A\": b\r\n\r\n", NoField),
        new("name with NUL", Ok + "A\0: b\r\n\r\n", NoField),
        new("length and coding", Ok + "Content-Length: 3\r\n" + Chunked + "\r\n", "both"),
        new("coding and length", Ok + Chunked + "Content-Length: 3\r\n\r\n", "both"),
        new("length of nothing and coding", Ok + "Content-Length: 0\r\n" + Chunked + "\r\n", "both"),
        new("two lengths", Ok + "Content-Length: 1\r\nContent-Length: 2\r\n\r\n", SeveralLengths),
        new("one length twice", Ok + "Content-Length: 5\r\nX: y\r\ncontent-length: 5\r\n\r\n", SeveralLengths),
        new("list of lengths", Ok + "Content-Length: 5, 5\r\n\r\n", BadLength),
        new("negative length", Ok + "Content-Length: -1\r\n\r\n", BadLength),
        new("length with a plus", Ok + "Content-Length: +1\r\n\r\n", BadLength),
        new("empty length", Ok + "Content-Length:\r\n\r\n", BadLength),
        new("hexadecimal length", Ok + "Content-Length: 0x5\r\n\r\n", BadLength),
        new("length with a dot", Ok + "Content-Length: 5.0\r\n\r\n", BadLength),
        new("length with a space", Ok + "Content-Length: 1 0\r\n\r\n", BadLength),
        new("length beyond 63 bits", Ok + "Content-Length: 9223372036854775808\r\n\r\n", BadLength),
        new("length that wraps around to 5", Ok + "Content-Length: 18446744073709551621\r\n\r\n", BadLength),
        new("length in other digits", Ok + "Content-Length: \u00b2\r\n\r\n", BadLength),
        new("another coding", Ok + "Transfer-Encoding: gzip\r\n\r\n", Coding),
        new("two codings", Ok + "Transfer-Encoding: gzip, chunked\r\n\r\n", Coding),
        new("identity", Ok + "Transfer-Encoding: identity\r\n\r\n", Coding),
        new("empty coding", Ok + "Transfer-Encoding:\r\n\r\n", Coding),
        new("coding with a parameter", Ok + "Transfer-Encoding: chunked;q=1\r\n\r\n", Coding),
        new("coding in quotes", Ok + "Transfer-Encoding: \"chunked\"\r\n\r\n", Coding),
        new("chunked twice in one", Ok + "Transfer-Encoding: chunked, chunked\r\n\r\n", Coding),
        new("chunked twice", Ok + Chunked + Chunked + "\r\n", "several Transfer-Encoding"),
        new("chunked in 1.0", "HTTP/1.0 200 OK\r\n" + Chunked + "\r\n", "HTTP/1.0"),
        new("100 that announces a body", "HTTP/1.1 100 Continue\r\nContent-Length: 5\r\n\r\n", "interim"),
        new("103 that announces chunks", "HTTP/1.1 103 Early Hints\r\n" + Chunked + "\r\n", "interim"),
        new("one field too many", Ok + Fields(257) + "\r\n", "too many fields"),
        new("one octet too long", Ok + "A: " + new string('x', (64 * 1024) - 23) + "\r\n\r\n", "too large"),
        new("a line that never ends", Ok + "A: " + new string('x', 64 * 1024), "too large"),
    ];

    private static string Fields(int count) => string.Concat(Enumerable.Range(0, count).Select(i => $"F{i}: {i}\r\n"));
}
