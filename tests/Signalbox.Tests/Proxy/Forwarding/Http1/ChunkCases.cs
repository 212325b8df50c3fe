namespace Signalbox.Tests.Proxy.Forwarding.Http1;

/// <summary>Chunked bodies with one reading ("body | trailers"), and with none or two (a part of the message they are refused with).</summary>
internal static class ChunkCases
{
    private const string End = "0\r\n\r\n";
    private const string Broken = "do not fit together";
    private const string Large = "a chunk of its answer is too large";
    private const string Extensions = "extensions";

    public static readonly HeadCase[] Good =
    [
        new("nothing", End, " |"),
        new("one chunk", "5\r\nhello\r\n" + End, "hello |"),
        new("several", "5\r\nhello\r\n1\r\n!\r\n" + End, "hello! |"),
        new("data like framing", "7\r\n\r\n0\r\n\r\n\r\n" + End, "\r\n0\r\n\r\n |"),
        new("both cases of letters", "a\r\n0123456789\r\nB\r\n0123456789a\r\n" + End, "01234567890123456789a |"),
        new("leading zeros", "0000000000000005\r\nhello\r\n0000\r\n\r\n", "hello |"),
        new("size padded with spaces", "5  \t\r\nhello\r\n0 \r\n\r\n", "hello |"),
        new("extensions", "5;a=b;c=\"d \u00fc\"\r\nhello\r\n0 ; last\r\n\r\n", "hello |"),
        new("trailers", "1\r\nx\r\n0\r\nX-Sum: 1 \r\nB:\r\n\r\n", "x | X-Sum=1 B="),
        new("trailers that frame are given as they are", "0\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n", " | Content-Length=5 Transfer-Encoding=chunked"),
        new("as many trailers as may be", "0\r\n" + Trailers(64) + "\r\n", " | " + string.Join(' ', Enumerable.Range(0, 64).Select(i => $"F{i}={i}"))),
        new("trailers as large as may be", "0\r\nA: " + new string('x', (16 * 1024) - 7) + "\r\n\r\n", " | A=" + new string('x', (16 * 1024) - 7)),
        new("extensions as long as may be", "1;" + new string('x', 4095) + "\r\ny\r\n0;\r\n\r\n", "y |"),
        new("small extensions of many chunks with data", string.Concat(Enumerable.Repeat("8;abcdefg\r\n12345678\r\n", 1000)) + End, string.Concat(Enumerable.Repeat("12345678", 1000)) + " |"),
    ];

    public static readonly HeadCase[] Bad =
    [
        new("empty size", "\r\n" + End, Broken),
        new("empty size with an extension", ";a\r\n" + End, Broken),
        new("size that is a space", " \r\n" + End, Broken),
        new("space before the size", " 5\r\nhello\r\n" + End, Broken),
        new("sign", "+5\r\nhello\r\n" + End, Broken),
        new("negative", "-5\r\nhello\r\n" + End, Broken),
        new("0x", "0x5\r\nhello\r\n" + End, Broken),
        new("underscore", "1_0\r\n0123456789abcdef\r\n" + End, Broken),
        new("no digit", "g\r\n" + End, Broken),
        new("two sizes", "5 5\r\nhello\r\n" + End, Broken),
        new("size then a comma", "5,a\r\nhello\r\n" + End, Broken),
        new("LF ends the size", "5\nhello\r\n" + End, Broken),
        new("LF ends the padded size", "5 \nhello\r\n" + End, Broken),
        new("LF ends an extension", "5;a\nhello\r\n" + End, Broken),
        new("LF behind data", "5\r\nhello\n" + End, Broken),
        new("CR alone behind the size", "5\rhello\r\n" + End, Broken),
        new("CR CR LF behind the size", "5\r\r\nhello\r\n" + End, Broken),
        new("CR alone behind data", "5\r\nhello\r0\r\n\r\n", Broken),
        new("CR in an extension", "5;a\rb\r\nhello\r\n" + End, Broken),
        new("NUL in an extension", "5;a\0\r\nhello\r\n" + End, Broken),
        new("LF in a quoted extension", "5;a=\"\n\"\r\nhello\r\n" + End, Broken),
        new("data too long", "5\r\nhelloo\r\n" + End, Broken),
        new("data too short", "5\r\nhell\r\n" + End, Broken),
        new("no line end behind data", "5\r\nhello0\r\n\r\n", Broken),
        new("17 digits", "00000000000000005\r\nhello\r\n" + End, Large),
        new("a size of 60 bits and one", "1000000000000000\r\n", Large),
        new("a size that wraps around to 5", "10000000000000005\r\n", Large),
        new("all digits set", "FFFFFFFFFFFFFFFF\r\n", Large),
        new("an extension that is too long", "1;" + new string('x', 4096) + "\r\n", Extensions),
        new("padding that is too long", "1" + new string(' ', 4097) + "\r\n", Extensions),
        new("an extension without end", "1;" + new string('x', 5000), Extensions),
        new("tiny chunks with long extensions", string.Concat(Enumerable.Repeat("1;" + new string('x', 99) + "\r\ny\r\n", 50)) + End, Extensions),
        new("LF ends a trailer", "0\r\nA: b\n\r\n", "line feed alone"),
        new("LF ends the trailers", "0\r\nA: b\r\n\n", "line feed alone"),
        new("LF ends the body", "0\r\n\n", "line feed alone"),
        new("CR in a trailer", "0\r\nA: b\rC: d\r\n\r\n", "control character"),
        new("NUL in a trailer", "0\r\nA: \0\r\n\r\n", "control character"),
        new("folded trailer", "0\r\nA: b\r\n c\r\n\r\n", "folded line"),
        new("space before the colon of a trailer", "0\r\nA : b\r\n\r\n", "white space in a field's name"),
        new("another answer for trailers", "0\r\nHTTP/1.1 200 OK\r\n\r\n", "no field"),
        new("one trailer too many", "0\r\n" + Trailers(65) + "\r\n", "too many trailers"),
        new("trailers too large by an octet", "0\r\nA: " + new string('x', (16 * 1024) - 6) + "\r\n\r\n", "too large"),
        new("a trailer without end", "0\r\nA: " + new string('x', 16 * 1024), "too large"),
    ];

    private static string Trailers(int count) => string.Concat(Enumerable.Range(0, count).Select(i => $"F{i}: {i}\r\n"));
}
