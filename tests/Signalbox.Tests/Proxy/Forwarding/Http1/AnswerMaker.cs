using System.Text;
using Signalbox.Tests.Proxy.Support;

namespace Signalbox.Tests.Proxy.Forwarding.Http1;

/// <summary>Makes heads of answers and chunked bodies, and damages them, from a seed.</summary>
internal sealed class AnswerMaker(int seed) : SeededText(seed, Splinters)
{
    private static readonly string[] Splinters =
    [
        "\r", "\n", "\r\n", "\r\n\r\n", "\n\n", " ", "\t", "\0", ":", ",", ";", "+", "-", "0", "5", "f", "0x", "\u007f", "\u0080", "\u00a0", "\u0130", "\v", "HTTP/1.0", "HTTP/1.1 200 OK\r\n",
        "Content-Length: 5\r\n", "Content-Length: 0\r\n", "Content-Length : 5\r\n", "Content-Length:\r\n 5\r\n", "Transfer-Encoding: chunked\r\n", "Transfer-Encoding: xchunked\r\n",
        "chunked, ", "Connection: close\r\n", "connection: Keep-Alive\r\n", "0\r\n\r\n", "5\r\nhello\r\n", "\r\n X: y", "FFFFFFFFFFFFFFFF", ";a=\"b\"",
    ];

    /// <summary>With one reading.</summary>
    public byte[] Head()
    {
        var status = Pick("200 OK", "200 OK", "204 No Content", "304 Not Modified", "404 Not Found", "500 " + Word(0, 9), "100 Continue", "201", "999 \u00e9\t");
        var version = Pick("1", "1", "1", "0");
        var fields = new List<string>();
        for (var count = Random.Next(6); count > 0; count--)
            fields.Add(Pick("X-" + Word(1, 6), "Date", "Server", "ETag", "etag", "Set-Cookie") + ":" + Pick("", " ", " \t") + Pick(Word(0, 20), "a, b; c=\"d\"", "\u00e9\t\u00ff") + Pick("", " "));
        var mayHaveBody = status[0] != '1';
        if (mayHaveBody && Random.Next(2) == 0) fields.Add($"{Case("Content-Length")}: {Pick("", "0")}{Random.Next(2000)}{Pick("", " ")}");
        else if (mayHaveBody && version == "1" && Random.Next(2) == 0) fields.Add($"{Case("Transfer-Encoding")}: {Case("chunked")}");
        for (var count = Random.Next(3); count > 0; count--) fields.Add($"{Case("Connection")}: {Pick("close", "keep-alive", "x", "x , Close", "Keep-Alive,close", "", ",")}");
        return Encoding.Latin1.GetBytes($"HTTP/1.{version} {status}\r\n{string.Concat(fields.OrderBy(_ => Random.Next()).Select(field => field + "\r\n"))}\r\n");
    }

    /// <summary>Chunked, with one reading.</summary>
    public byte[] Body()
    {
        var text = new StringBuilder();
        for (var count = Random.Next(5); count > 0; count--)
        {
            var data = Pick(Word(1, 40), "\r\n\r\n", "0\r\n\r\n", "\0\n\u00ff");
            text.Append($"{Size(data.Length)}{Extension()}\r\n{data}\r\n");
        }

        text.Append($"{Size(0)}{Extension()}\r\n{Pick("", "", "X-Sum: 1\r\n", "A:\r\nB: c\r\n")}\r\n");
        return Encoding.Latin1.GetBytes(text.ToString());
    }

    private string Size(int size) => Pick("", "0", "00") + Pick(size.ToString("x"), size.ToString("X"));

    private string Extension() => Pick("", "", " ", ";a", " ;a=\"b c\"", ";\u00e9");
}
