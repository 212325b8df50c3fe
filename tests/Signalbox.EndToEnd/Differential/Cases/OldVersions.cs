using Signalbox.EndToEnd.Differential.Data;
using static Signalbox.EndToEnd.Differential.Data.Do;
using static Signalbox.EndToEnd.Differential.Data.WireCase;

namespace Signalbox.EndToEnd.Differential.Cases;

/// <summary>HTTP/1.0 on either side.</summary>
internal static class OldVersions
{
    public static readonly WireCase[] List =
    [
        Asking("a request in HTTP/1.0", "GET / HTTP/1.0|Host: $host", "GET / => 200 “ok”, closed")
            .But(Rival.Haproxy, Reasons.OtherSidesVersion),
        Asking("a request in HTTP/1.0 that wants to stay", "GET / HTTP/1.0|Host: $host|Connection: keep-alive", "GET / => 200 “ok”, open")
            .But(Rival.Haproxy, Reasons.OtherSidesVersion),
        Asking("an upload in HTTP/1.0", "POST / HTTP/1.0|Host: $host|Content-Length: 5||hello", "POST / “hello” => 200 “ok”, closed")
            .But(Rival.Haproxy, Reasons.OtherSidesVersion),
        Asking("a chunked upload in HTTP/1.0", "POST / HTTP/1.0|Host: $host|Transfer-Encoding: chunked||5\r\nhello\r\n0\r\n\r\n", "nothing => 400 of ours, closed")
            .But(Rival.Haproxy, Reasons.TwoReadings),
        Simple("a chunked answer to HTTP/1.0", "GET / HTTP/1.0|Host: $host", "HTTP/1.1 200 OK|Transfer-Encoding: chunked||2\r\nok\r\n0\r\n\r\n", "GET / => 200 “ok”, closed")
            .But(Rival.Haproxy, Reasons.OtherSidesVersion),
        Simple("a chunked answer to HTTP/1.0 that wants to stay", "GET / HTTP/1.0|Host: $host|Connection: keep-alive", "HTTP/1.1 200 OK|Transfer-Encoding: chunked||2\r\nok\r\n0\r\n\r\n", "GET / => 200 “ok”, closed")
            .But(Rival.Haproxy, Reasons.OtherSidesVersion),
        new WireCase("a chunked answer to HTTP/1.0 that is cut")
        {
            Client = [Lines("GET / HTTP/1.0|Host: $host"), Body("hello"), Cue("seen"), End],
            Backend = [new(Request, Lines("HTTP/1.1 200 OK|Transfer-Encoding: chunked||5\r\nhello\r\n"), Await("seen"), Close)],
            Want = "GET / => 200 cut, closed",
        }
            .But(Rival.Nginx, Reasons.CutOldBody)
            .But(Rival.Haproxy, Reasons.OtherSidesVersion),
        Asking("HTTP/1.0 without Host", "GET / HTTP/1.0", "nothing => 404 of ours, closed")
            .But(Rival.Haproxy, Reasons.OtherStatus),
        Asking("a version nobody has", "GET / HTTP/3.7|Host: $host", "nothing => 505 of ours, closed")
            .But(Rival.Haproxy, Reasons.Versions),
        Asking("HTTP/1.2", "GET / HTTP/1.2|Host: $host", "nothing => 505 of ours, closed")
            .But(Rival.Nginx, Reasons.Versions)
            .But(Rival.Haproxy, Reasons.Versions),
        Asking("HTTP/2.0 without its preface", "GET / HTTP/2.0|Host: $host", "nothing => 505 of ours, closed")
            .But(Rival.Haproxy, Reasons.Versions),
        new WireCase("HTTP/0.9") { Client = [Send("GET /\r\n"), End], Want = "nothing => 400 of ours, closed" }
            .But(Rival.Nginx, Reasons.NoWord),
        Answering("an answer in HTTP/1.0 with a length", "HTTP/1.0 200 OK|Content-Length: 2||ok", "GET / => 200 “ok”, open")
            .But(Rival.Haproxy, Reasons.OtherSidesVersion),
        new WireCase("an answer in HTTP/1.0 that ends with its connection")
        {
            Client = [Lines("GET / HTTP/1.1|Host: $host")], Backend = [new(Request, Lines("HTTP/1.0 200 OK||ok"), Close)], Want = "GET / => 200 “ok”, open",
        }
            .But(Rival.Haproxy, Reasons.OtherSidesVersion),
        new WireCase("an answer in HTTP/1.0 that stays, and another request")
        {
            Client = [Lines("GET /1 HTTP/1.1|Host: $host"), Answers(1), Lines("GET /2 HTTP/1.1|Host: $host")],
            Backend = [Exchange.Reply("HTTP/1.0 200 OK|Connection: keep-alive|Content-Length: 2||ok"), Exchange.Ok],
            Want = "GET /1; GET /2 => 200 “ok”; 200 “ok”, open",
        }
            .But(Rival.Nginx, Reasons.OldKept)
            .But(Rival.Haproxy, Reasons.OtherSidesVersion),
        Answering("a chunked answer in HTTP/1.0", "HTTP/1.0 200 OK|Transfer-Encoding: chunked||2\r\nok\r\n0\r\n\r\n", "GET / => 502 of ours, open")
            .But(Rival.General, Reasons.FrameworkParser)
            .But(Rival.Nginx, Reasons.LooseAnswers)
            .But(Rival.Haproxy, Reasons.LooseAnswers),
    ];
}
