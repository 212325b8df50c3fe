using System.Text;
using Signalbox.Tests.Proxy.Support;

namespace Signalbox.Tests.Proxy.Connections;

/// <summary>Makes streams of valid requests, and damages them, from a seed.</summary>
internal sealed class RequestStreams(int seed) : SeededText(seed, Splinters)
{
    private static readonly string[] Splinters =
    [
        "\r", "\n", "\r\n", "\r\n\r\n", " ", "\t", "\0", ":", ",", ";", "+", "-", "0", "1", "5", "f", "0x", "\u007f", "\u0080", "\u00a0", "\v", "HTTP/1.1", "HTTP/1.0",
        "Content-Length: 5\r\n", "Content-Length : 5\r\n", "Content-Length:\r\n 5\r\n", "Transfer-Encoding: chunked\r\n", "Transfer-Encoding: xchunked\r\n", "chunked, ",
        "Transfer-Encoding:chunked\n", "0\r\n\r\n", "5\r\nhello\r\n", "GET /smuggled HTTP/1.1\r\nHost: a\r\n\r\n", "Host: b\r\n", "\r\n X: y", "Upgrade: h2c\r\n",
    ];

    public List<string> Seen { get; } = [];

    /// <summary>One to four requests; what an application should see of them is added to <see cref="Seen"/>.</summary>
    public byte[] Valid()
    {
        var text = new StringBuilder();
        for (var count = Random.Next(1, 5); count > 0; count--) Request(text);
        return Encoding.Latin1.GetBytes(text.ToString());
    }

    private void Request(StringBuilder text)
    {
        var method = Pick("GET", "POST", "PUT", "DELETE", "PATCH", "QUERY");
        var target = "/" + Word(0, 8) + Pick("", "?q=" + Word(0, 5), "/%41|~");
        text.Append(method).Append(' ').Append(target).Append(" HTTP/1.1\r\n");
        var fields = new List<string> { Case("Host") + ":" + Pick("", " ", "\t ") + Pick("a.localhost", "[::1]:80", "x:1") };
        for (var count = Random.Next(4); count > 0; count--) fields.Add("X-" + Word(1, 6) + ":" + Pick("", " ", " \t") + Pick(Word(0, 20), "a, b; c=\"d\"", "\u00e9\t\u00ff"));
        var body = Word(0, 40) + Pick("", "\r\n\r\n", "\0\n", "GET / HTTP/1.1\r\n\r\n");
        var framing = Random.Next(3);
        if (framing == 0) body = "";
        if (framing == 1) fields.Add($"{Case("Content-Length")}: {Pick("", "0")}{body.Length}{Pick("", " ")}");
        if (framing == 2) fields.Add($"{Case("Transfer-Encoding")}: {Case("chunked")}");
        foreach (var field in fields.OrderBy(_ => Random.Next())) text.Append(field).Append("\r\n");
        text.Append("\r\n");
        if (framing == 1) text.Append(body);
        if (framing == 2) Chunks(text, body);
        Seen.Add($"{method} {target.Replace("%41", "A", StringComparison.Ordinal)} {body}");
    }

    private void Chunks(StringBuilder text, string body)
    {
        for (var at = 0; at < body.Length;)
        {
            var length = Random.Next(1, body.Length - at + 1);
            text.Append(Pick("", "0", "00")).Append(Pick(length.ToString("x"), length.ToString("X"))).Append(Pick("", "", ";a", ";a=\"b c\"")).Append("\r\n");
            text.Append(body, at, length).Append("\r\n");
            at += length;
        }

        text.Append(Pick("0", "000")).Append(Pick("", ";z")).Append("\r\n").Append(Pick("", "", "X-Sum: 1\r\n", "A:\r\nB: c\r\n")).Append("\r\n");
    }
}
