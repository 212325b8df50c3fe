using Signalbox.EndToEnd.Differential.Data;
using static Signalbox.EndToEnd.Differential.Data.Do;
using static Signalbox.EndToEnd.Differential.Data.WireCase;

namespace Signalbox.EndToEnd.Differential.Cases;

/// <summary>Where a response's body ends.</summary>
internal static class ResponseFramings
{
    public static readonly WireCase[] List =
    [
        Answering("a length of 0", "HTTP/1.1 200 OK|Content-Length: 0", "GET / => 200, open"),
        Answering("a length with zeros before it", "HTTP/1.1 200 OK|Content-Length: 0002||ok", "GET / => 200 “ok”, open"),
        Answering("a chunked answer", "HTTP/1.1 200 OK|Transfer-Encoding: chunked||2\r\nok\r\n1\r\n!\r\n0\r\n\r\n", "GET / => 200 “ok!”, open"),
        Answering("a chunked answer of nothing", "HTTP/1.1 200 OK|Transfer-Encoding: chunked||0\r\n\r\n", "GET / => 200, open")
            .But(Rival.General, Reasons.EmptyBody),
        Answering("chunk extensions of the answer", "HTTP/1.1 200 OK|Transfer-Encoding: chunked||2;a=b;c=\"d e\"\r\nok\r\n0;z\r\n\r\n", "GET / => 200 “ok”, open"),
        Answering("a chunk size of the answer with zeros before it", "HTTP/1.1 200 OK|Transfer-Encoding: chunked||0002\r\nok\r\n000\r\n\r\n", "GET / => 200 “ok”, open"),
        Answering("a coding of the answer in capitals", "HTTP/1.1 200 OK|Transfer-Encoding: CHUNKED||2\r\nok\r\n0\r\n\r\n", "GET / => 200 “ok”, open"),
        new WireCase("an answer that ends with its connection")
        {
            Client = [Lines("GET / HTTP/1.1|Host: $host")], Backend = [new(Request, Lines("HTTP/1.1 200 OK||ok"), Close)], Want = "GET / => 200 “ok”, open",
        }
            .But(Rival.Haproxy, Reasons.UntilClose),
        new WireCase("an answer of nothing that ends with its connection")
        {
            // Not before the head has been seen: an end that comes together with it is a length of 0, and whether it does is luck.
            Client = [Lines("GET / HTTP/1.1|Host: $host"), Heads(1), Cue("seen")], Backend = [new(Request, Lines("HTTP/1.1 200 OK"), Await("seen"), Close)], Want = "GET / => 200, open",
        }
            .But(Rival.Haproxy, Reasons.UntilClose),
        new WireCase("an answer with Connection: close and a length")
        {
            Client = [Lines("GET / HTTP/1.1|Host: $host")], Backend = [new(Request, Lines("HTTP/1.1 200 OK|Connection: close|Content-Length: 2||ok"), Close)], Want = "GET / => 200 “ok”, open",
        },
        new WireCase("an answer with Connection: close and chunks")
        {
            Client = [Lines("GET / HTTP/1.1|Host: $host")],
            Backend = [new(Request, Lines("HTTP/1.1 200 OK|Connection: close|Transfer-Encoding: chunked||2\r\nok\r\n0\r\n\r\n"), Close)],
            Want = "GET / => 200 “ok”, open",
        },
        new WireCase("an answer that comes in small pieces")
        {
            Client = [Lines("GET / HTTP/1.1|Host: $host"), Body("o"), Cue("o")],
            Backend = [new(Request, Send("HTTP/1.1 20"), Send("0 OK\r\nContent-Length: 2\r"), Send("\n\r\no"), Await("o"), Send("k"))],
            Want = "GET / => 200 “ok”, open",
        },
        new WireCase("an answer whose chunks come in small pieces")
        {
            Client = [Lines("GET / HTTP/1.1|Host: $host"), Body("o"), Cue("o")],
            Backend = [new(Request, Lines("HTTP/1.1 200 OK|Transfer-Encoding: chunked"), Send("2\r"), Send("\no"), Await("o"), Send("k\r\n0\r\n"), Send("\r\n"))],
            Want = "GET / => 200 “ok”, open",
        },
        new WireCase("a head long before its body")
        {
            Client = [Lines("GET / HTTP/1.1|Host: $host"), Heads(1), Cue("head")],
            Backend = [new(Request, Lines("HTTP/1.1 200 OK|Content-Length: 2"), Await("head"), Send("ok"))],
            Want = "GET / => 200 “ok”, open",
        },
        new WireCase("events, each before the next")
        {
            Client = [Lines("GET / HTTP/1.1|Host: $host"), Heads(1), Cue("0"), Body("data: 1"), Cue("1"), Body("data: 2"), Cue("2")],
            Backend = [new(Request, Lines("HTTP/1.1 200 OK|Content-Type: text/event-stream|Transfer-Encoding: chunked"), Await("0"), Send("9\r\ndata: 1\n\n\r\n"),
                Await("1"), Send("9\r\ndata: 2\n\n\r\n"), Await("2"), Send("0\r\n\r\n"))],
            Want = "GET / => 200 “data: 1\n\ndata: 2\n\n”, open",
        },
    ];
}
