using Signalbox.EndToEnd.Differential.Data;
using static Signalbox.EndToEnd.Differential.Data.Do;
using static Signalbox.EndToEnd.Differential.Data.WireCase;

namespace Signalbox.EndToEnd.Differential.Cases;

/// <summary>Backends that answer before the request has come whole.</summary>
internal static class EarlyAnswers
{
    public static readonly WireCase[] List =
    [
        new WireCase("an early refusal with Connection: close")
        {
            Client = [Lines("POST / HTTP/1.1|Host: $host|Content-Length: 1000||hello"), Answers(1), Close],
            Backend = [new(Body("hello"), Lines("HTTP/1.1 413 Too Large|B: 1|Connection: close|Content-Length: 2||no"), Close)],
            Want = "POST / cut => 413 “no”, left",
        }
            .But(Rival.General, Reasons.SentWhole),
        new WireCase("an early refusal on a connection that stays")
        {
            Client = [Lines("POST / HTTP/1.1|Host: $host|Content-Length: 1000||hello"), Answers(1), Close],
            Backend = [new(Body("hello"), Lines("HTTP/1.1 413 Too Large|B: 1|Content-Length: 2||no"), End)],
            Want = "POST / cut => 413 “no”, left",
        }
            .But(Rival.General, Reasons.SentWhole),
        new WireCase("an early refusal of a chunked upload")
        {
            Client = [Lines("POST / HTTP/1.1|Host: $host|Transfer-Encoding: chunked||5\r\nhello\r\n"), Answers(1), Close],
            Backend = [new(Body("hello"), Lines("HTTP/1.1 413 Too Large|B: 1|Content-Length: 2||no"), End)],
            Want = "POST / cut => 413 “no”, left",
        }
            .But(Rival.General, Reasons.SentWhole),
        new WireCase("an early refusal, and the upload goes on")
        {
            Client = [Lines("POST / HTTP/1.1|Host: $host|Content-Length: 10||hello"), Answers(1), Cue("answered"), Send("world")],
            Backend = [new(Body("hello"), Lines("HTTP/1.1 413 Too Large|B: 1|Content-Length: 2||no"), Await("answered"))],
            Want = "POST / cut => 413 “no”, open",
        }
            .But(Rival.General, Reasons.SentWhole)
            .But(Rival.Nginx, Reasons.StopsReading)
            .But(Rival.Haproxy, Reasons.GoesOn),
        new WireCase("an early answer, and the upload goes on to the backend")
        {
            Client = [Lines("POST / HTTP/1.1|Host: $host|Content-Length: 10||hello"), Heads(1), Send("world")],
            Backend = [new(Body("hello"), Lines("HTTP/1.1 200 OK|Content-Length: 2"), Request, Send("ok"))],
            Want = "POST / “helloworld” => 200 “ok”, open",
        }
            .But(Rival.General, Reasons.SentWhole),
        new WireCase("an early chunked answer, and the upload goes on to the backend")
        {
            Client = [Lines("POST / HTTP/1.1|Host: $host|Transfer-Encoding: chunked||5\r\nhello\r\n"), Body("o"), Send("5\r\nworld\r\n0\r\n\r\n")],
            Backend = [new(Body("hello"), Lines("HTTP/1.1 200 OK|Transfer-Encoding: chunked||1\r\no\r\n"), Request, Send("1\r\nk\r\n0\r\n\r\n"))],
            Want = "POST / “helloworld” => 200 “ok”, open",
        }
            .But(Rival.General, Reasons.SentWhole),
        new WireCase("an answer before any of the body")
        {
            Client = [Lines("POST / HTTP/1.1|Host: $host|Content-Length: 5"), Answers(1), Close],
            Backend = [new(Head, Lines("HTTP/1.1 200 OK|Content-Length: 2||ok"), End)],
            Want = "POST / cut => 200 “ok”, left",
        }
            .But(Rival.General, Reasons.SentWhole),
        new WireCase("an early redirect of a large upload that the backend does not read")
        {
            Client = [Lines("POST / HTTP/1.1|Host: $host|Content-Length: 100000000"), Fill(100_000), Answers(1), Close],
            Backend = [new(Head, Lines("HTTP/1.1 307 Temporary Redirect|Location: /other|Connection: close|Content-Length: 0"), End)],
            Want = "POST / cut => 307, left",
        }
            .But(Rival.General, Reasons.SentWhole),
        new WireCase("an early refusal and a reset")
        {
            Client = [Lines("POST / HTTP/1.1|Host: $host|Content-Length: 1000||hello"), Answers(1), Cue("answered"), Close],
            Backend = [new(Body("hello"), Lines("HTTP/1.1 413 Too Large|B: 1|Connection: close|Content-Length: 2||no"), Await("answered"), Reset)],
            Want = "POST / cut => 413 “no”, left",
        }
            .But(Rival.General, Reasons.SentWhole),
    ];
}
