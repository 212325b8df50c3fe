using Signalbox.EndToEnd.Differential.Data;
using static Signalbox.EndToEnd.Differential.Data.Do;
using static Signalbox.EndToEnd.Differential.Data.WireCase;

namespace Signalbox.EndToEnd.Differential.Cases;

/// <summary>Backends that are not there, or go away. A short body must never look whole.</summary>
internal static class BrokenConnections
{
    public static readonly WireCase[] List =
    [
        new WireCase("a backend that is away") { Client = [Lines("GET / HTTP/1.1|Host: $host")], IsAway = true, Want = "nothing => 503 of ours, open" }
            .But(Rival.Nginx, Reasons.OtherStatus),
        new WireCase("a backend that is away from an upload")
        {
            Client = [Lines("POST / HTTP/1.1|Host: $host|Content-Length: 5||hello")], IsAway = true, Want = "nothing => 503 of ours, open",
        }
            .But(Rival.Nginx, Reasons.OtherStatus),
        new WireCase("a name nobody has") { Client = [Lines("GET / HTTP/1.1|Host: nobody.other")], Want = "nothing => 404 of ours, open" }
            .But(Rival.Haproxy, Reasons.OtherStatus),
        Breaking("a backend that closes without an answer", [Request, Close], "POST /1 “hello”; GET /2 on 2 connections => 502 of ours; 200 “ok”, open"),
        Breaking("a backend that resets without an answer", [Request, Reset], "POST /1 “hello”; GET /2 on 2 connections => 502 of ours; 200 “ok”, open"),
        Breaking("a backend that closes in the status line", [Request, Send("HTTP/1.1 20"), Close], "POST /1 “hello”; GET /2 on 2 connections => 502 of ours; 200 “ok”, open"),
        Breaking("a backend that closes in the head", [Request, Send("HTTP/1.1 200 OK\r\nContent-Le"), Close], "POST /1 “hello”; GET /2 on 2 connections => 502 of ours; 200 “ok”, open"),
        Breaking("a backend that resets in the head", [Request, Send("HTTP/1.1 200 OK\r\nContent-Le"), Reset], "POST /1 “hello”; GET /2 on 2 connections => 502 of ours; 200 “ok”, open"),
        Breaking("a backend that closes in an interim answer", [Request, Send("HTTP/1.1 100 Continue\r\n\r\n"), Close], "POST /1 “hello”; GET /2 on 2 connections => 502 of ours; 200 “ok”, open")
            .But(Rival.Nginx, Reasons.NginxInterims)
            .But(Rival.Haproxy, Reasons.HaproxyInterims),
        Cut("a backend that closes in a body of known length", "Content-Length: 10||hello", Close, "GET / => 200 cut, closed"),
        Cut("a backend that resets in a body of known length", "Content-Length: 10||hello", Reset, "GET / => 200 cut, closed"),
        Cut("a backend that closes in a chunk", "Transfer-Encoding: chunked||a\r\nhello", Close, "GET / => 200 cut, closed"),
        Cut("a backend that resets in a chunk", "Transfer-Encoding: chunked||a\r\nhello", Reset, "GET / => 200 cut, closed"),
        Cut("a backend that closes between chunks", "Transfer-Encoding: chunked||5\r\nhello\r\n", Close, "GET / => 200 cut, closed"),
        Cut("a backend that closes before the end of the trailers", "Transfer-Encoding: chunked||5\r\nhello\r\n", Then("0\r\n"), "GET / => 200 cut, closed"),
        Cut("a backend that resets a body that ends with its connection", "X-A: 1||hello", Reset, "GET / => 200 cut, closed")
            .But(Rival.Haproxy, Reasons.UntilClose),
        Cut("a chunk behind which there is no line end", "Transfer-Encoding: chunked||5\r\nhello", Then("XX0\r\n\r\n"), "GET / => 200 cut, closed"),
        Cut("a chunk size in the middle that is no number", "Transfer-Encoding: chunked||5\r\nhello\r\n", Then("zz\r\n"), "GET / => 200 cut, closed"),
        new WireCase("a backend that closes before a body has begun")
        {
            Client = [Lines("GET / HTTP/1.1|Host: $host"), Heads(1), Cue("seen"), End],
            Backend = [new(Request, Lines("HTTP/1.1 200 OK|Content-Length: 10"), Await("seen"), Close)],
            Want = "GET / => 200 cut, closed",
        },
        new WireCase("a backend that cuts a large body")
        {
            Client = [Lines("GET / HTTP/1.1|Host: $host"), BodyOf(100_000), Cue("seen"), End],
            Backend = [new(Request, Lines("HTTP/1.1 200 OK|Content-Length: 200000"), Fill(100_000), Await("seen"), Reset)],
            Want = "GET / => 200 cut, closed",
        },
        new WireCase("a backend that closes in the middle of an upload")
        {
            Client = [Lines("POST / HTTP/1.1|Host: $host|Content-Length: 10||hello"), Answers(1), Close],
            Backend = [new(Body("hello"), Close)],
            Want = "POST / cut => 502 of ours, left",
        }
            .But(Rival.General, Reasons.SentWhole),
        new WireCase("a client that leaves before the answer")
        {
            Client = [Lines("GET / HTTP/1.1|Host: $host"), Await("asked"), Close], Backend = [new(Request, Cue("asked"), End)], Want = "GET / => nothing, left",
        },
        new WireCase("a client that resets before the answer")
        {
            Client = [Lines("GET / HTTP/1.1|Host: $host"), Await("asked"), Reset], Backend = [new(Request, Cue("asked"), End)], Want = "GET / => nothing, left",
        },
        new WireCase("a client that ends its sending before the answer")
        {
            Client = [Lines("GET / HTTP/1.1|Host: $host"), Await("asked"), FinishSending, Cue("finished")],
            Backend = [new(Request, Cue("asked"), Await("finished"), Lines("HTTP/1.1 200 OK|Content-Length: 2||ok"))],
            Want = "GET / => 200 “ok”, closed",
        }
            .But(Rival.Nginx, Reasons.HalfClose)
            .But(Rival.Haproxy, Reasons.HalfClose),
        new WireCase("a client that leaves in the middle of an upload")
        {
            Client = [Lines("POST / HTTP/1.1|Host: $host|Content-Length: 10||hello"), Await("came"), Close],
            Backend = [new(Body("hello"), Cue("came"), End)],
            Want = "POST / cut => nothing, left",
        },
        new WireCase("a client that resets in the middle of an upload")
        {
            Client = [Lines("POST / HTTP/1.1|Host: $host|Content-Length: 10||hello"), Await("came"), Reset],
            Backend = [new(Body("hello"), Cue("came"), End)],
            Want = "POST / cut => nothing, left",
        },
        new WireCase("a client that leaves in the middle of a chunked upload")
        {
            Client = [Lines("POST / HTTP/1.1|Host: $host|Transfer-Encoding: chunked||5\r\nhello\r\n"), Await("came"), Close],
            Backend = [new(Body("hello"), Cue("came"), End)],
            Want = "POST / cut => nothing, left",
        },
        new WireCase("a client that leaves in the middle of a download")
        {
            Client = [Lines("GET / HTTP/1.1|Host: $host"), Body("hello"), Close],
            Backend = [new(Request, Lines("HTTP/1.1 200 OK|Content-Length: 10||hello"), End)],
            Want = "GET / => 200 cut, left",
        },
        new WireCase("a client that leaves a stream of events")
        {
            Client = [Lines("GET / HTTP/1.1|Host: $host"), Body("hello"), Close],
            Backend = [new(Request, Lines("HTTP/1.1 200 OK|Transfer-Encoding: chunked||5\r\nhello\r\n"), End)],
            Want = "GET / => 200 cut, left",
        },
    ];

    /// <summary>The backend does this with a first request; the second one finds it well.</summary>
    private static WireCase Breaking(string name, Step[] steps, string want) => new(name)
    {
        Client = [Lines("POST /1 HTTP/1.1|Host: $host|Content-Length: 5||hello"), Answers(1), Lines("GET /2 HTTP/1.1|Host: $host")],
        Backend = [new(steps), Exchange.Ok],
        Want = want,
    };

    /// <summary>The backend breaks off in the middle of a body, when what came of it has been seen.</summary>
    private static WireCase Cut(string name, string fieldsAndBody, Step how, string want) => new(name)
    {
        Client = [Lines("GET / HTTP/1.1|Host: $host"), Body("hello"), Cue("seen"), End],
        Backend = [new(Request, Lines("HTTP/1.1 200 OK|" + fieldsAndBody), Await("seen"), how)],
        Want = want,
    };

    private static Step Then(string text) => async peer =>
    {
        await Send(text)(peer);
        await Close(peer);
    };
}
