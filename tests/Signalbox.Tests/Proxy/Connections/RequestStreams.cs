using System.Text;

namespace Signalbox.Tests.Proxy.Connections;

/// <summary>Makes streams of valid requests, and damages them, from a seed.</summary>
internal sealed class RequestStreams(int seed)
{
    private static readonly string[] Splinters =
    [
        "\r", "\n", "\r\n", "\r\n\r\n", " ", "\t", "\0", ":", ",", ";", "+", "-", "0", "1", "5", "f", "0x", "\u007f", "\u0080", "\u00a0", "\v", "HTTP/1.1", "HTTP/1.0",
        "Content-Length: 5\r\n", "Content-Length : 5\r\n", "Content-Length:\r\n 5\r\n", "Transfer-Encoding: chunked\r\n", "Transfer-Encoding: xchunked\r\n", "chunked, ",
        "Transfer-Encoding:chunked\n", "0\r\n\r\n", "5\r\nhello\r\n", "GET /smuggled HTTP/1.1\r\nHost: a\r\n\r\n", "Host: b\r\n", "\r\n X: y", "Upgrade: h2c\r\n",
    ];

    private readonly Random _random = new(seed);

    public List<string> Seen { get; } = [];

    /// <summary>One to four requests; what an application should see of them is added to <see cref="Seen"/>.</summary>
    public byte[] Valid()
    {
        var text = new StringBuilder();
        for (var count = _random.Next(1, 5); count > 0; count--) Request(text);
        return Encoding.Latin1.GetBytes(text.ToString());
    }

    /// <summary>The same octets with something cut out, doubled, changed or put in, one to four times.</summary>
    public byte[] Damaged(byte[] octets)
    {
        var text = new StringBuilder(Encoding.Latin1.GetString(octets));
        for (var count = _random.Next(1, 5); count > 0 && text.Length > 0; count--)
        {
            var at = _random.Next(text.Length);
            var length = Math.Min(_random.Next(1, 12), text.Length - at);
            switch (_random.Next(4))
            {
                case 0: text.Remove(at, length); break;
                case 1: text.Insert(at, text.ToString(at, length)); break;
                case 2: text[at] = (char)_random.Next(256); break;
                default: text.Insert(_random.Next(2) == 0 ? at : NextLine(text, at), Pick(Splinters)); break;
            }
        }

        return Encoding.Latin1.GetBytes(text.ToString());
    }

    /// <summary>Up to eight rising offsets.</summary>
    public int[] Cuts(int length) => [.. Enumerable.Range(0, _random.Next(9)).Select(_ => _random.Next(length + 1)).Order()];

    public int Next(int below) => _random.Next(below);

    /// <summary>Whole fields do harm where a line begins.</summary>
    private static int NextLine(StringBuilder text, int at)
    {
        var end = text.ToString().IndexOf("\r\n", at, StringComparison.Ordinal);
        return end < 0 ? at : end + 2;
    }

    private void Request(StringBuilder text)
    {
        var method = Pick("GET", "POST", "PUT", "DELETE", "PATCH", "QUERY");
        var target = "/" + Word(0, 8) + Pick("", "?q=" + Word(0, 5), "/%41|~");
        text.Append(method).Append(' ').Append(target).Append(" HTTP/1.1\r\n");
        var fields = new List<string> { Case("Host") + ":" + Pick("", " ", "\t ") + Pick("a.localhost", "[::1]:80", "x:1") };
        for (var count = _random.Next(4); count > 0; count--) fields.Add("X-" + Word(1, 6) + ":" + Pick("", " ", " \t") + Pick(Word(0, 20), "a, b; c=\"d\"", "\u00e9\t\u00ff"));
        var body = Word(0, 40) + Pick("", "\r\n\r\n", "\0\n", "GET / HTTP/1.1\r\n\r\n");
        var framing = _random.Next(3);
        if (framing == 0) body = "";
        if (framing == 1) fields.Add($"{Case("Content-Length")}: {Pick("", "0")}{body.Length}{Pick("", " ")}");
        if (framing == 2) fields.Add($"{Case("Transfer-Encoding")}: {Case("chunked")}");
        foreach (var field in fields.OrderBy(_ => _random.Next())) text.Append(field).Append("\r\n");
        text.Append("\r\n");
        if (framing == 1) text.Append(body);
        if (framing == 2) Chunks(text, body);
        Seen.Add($"{method} {target.Replace("%41", "A", StringComparison.Ordinal)} {body}");
    }

    private void Chunks(StringBuilder text, string body)
    {
        for (var at = 0; at < body.Length;)
        {
            var length = _random.Next(1, body.Length - at + 1);
            text.Append(Pick("", "0", "00")).Append(Pick(length.ToString("x"), length.ToString("X"))).Append(Pick("", "", ";a", ";a=\"b c\"")).Append("\r\n");
            text.Append(body, at, length).Append("\r\n");
            at += length;
        }

        text.Append(Pick("0", "000")).Append(Pick("", ";z")).Append("\r\n").Append(Pick("", "", "X-Sum: 1\r\n", "A:\r\nB: c\r\n")).Append("\r\n");
    }

    private string Word(int from, int to) => new([.. Enumerable.Range(0, _random.Next(from, to + 1)).Select(_ => (char)('a' + _random.Next(26)))]);

    private string Case(string name) => _random.Next(3) switch { 0 => name.ToUpperInvariant(), 1 => name.ToLowerInvariant(), _ => name };

    private string Pick(params string[] options) => options[_random.Next(options.Length)];
}
