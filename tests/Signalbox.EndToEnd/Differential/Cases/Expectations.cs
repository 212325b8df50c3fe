using Signalbox.EndToEnd.Differential.Data;
using static Signalbox.EndToEnd.Differential.Data.Do;
using static Signalbox.EndToEnd.Differential.Data.WireCase;

namespace Signalbox.EndToEnd.Differential.Cases;

/// <summary>Expect: 100-continue (RFC 9110 10.1.1).</summary>
internal static class Expectations
{
    public static readonly WireCase[] List =
    [
        new WireCase("100 and then the body")
        {
            Client = [Lines("POST / HTTP/1.1|Host: $host|Expect: 100-continue|Content-Length: 5"), Heads(1), Send("hello")],
            Backend = [new(Head, Lines("HTTP/1.1 100 Continue"), Request, Lines("HTTP/1.1 200 OK|Content-Length: 2||ok"))],
            Want = "POST / “hello” => 100; 200 “ok”, open",
        }
            .But(Rival.Nginx, Reasons.NginxExpects),
        new WireCase("100 and then a chunked body")
        {
            Client = [Lines("POST / HTTP/1.1|Host: $host|Expect: 100-continue|Transfer-Encoding: chunked"), Heads(1), Send("5\r\nhello\r\n0\r\n\r\n")],
            Backend = [new(Head, Lines("HTTP/1.1 100 Continue"), Request, Lines("HTTP/1.1 200 OK|Content-Length: 2||ok"))],
            Want = "POST / “hello” => 100; 200 “ok”, open",
        }
            .But(Rival.Nginx, Reasons.NginxExpects),
        new WireCase("a refusal instead of 100")
        {
            Client = [Lines("POST / HTTP/1.1|Host: $host|Expect: 100-continue|Content-Length: 5"), Answers(1), Close],
            Backend = [new(Head, Lines("HTTP/1.1 417 Expectation Failed|B: 1|Connection: close|Content-Length: 2||no"), Close)],
            Want = "POST / cut => 417 “no”, left",
        }
            .But(Rival.General, Reasons.SentWhole)
            .But(Rival.Nginx, Reasons.NginxExpects),
        new WireCase("a refusal instead of 100 on a connection that stays")
        {
            Client = [Lines("POST / HTTP/1.1|Host: $host|Expect: 100-continue|Content-Length: 5"), Answers(1), Close],
            Backend = [new(Head, Lines("HTTP/1.1 401 Unauthorized|B: 1|Content-Length: 2||no"), End)],
            Want = "POST / cut => 401 “no”, left",
        }
            .But(Rival.General, Reasons.SentWhole)
            .But(Rival.Nginx, Reasons.NginxExpects),
        new WireCase("a backend that knows nothing of 100")
        {
            Client = [Lines("POST / HTTP/1.1|Host: $host|Expect: 100-continue|Content-Length: 5"), Heads(1), Send("hello")],
            Backend = [new(Request, Lines("HTTP/1.1 200 OK|Content-Length: 2||ok"))],
            Want = "POST / “hello” => 100; 200 “ok”, open",
        }
            .But(Rival.Nginx, Reasons.NginxExpects)
            .But(Rival.Haproxy, Reasons.HaproxyExpects),
        new WireCase("a client that does not wait for 100")
        {
            Client = [Lines("POST / HTTP/1.1|Host: $host|Expect: 100-continue|Content-Length: 5||hello")],
            Backend = [new(Head, Lines("HTTP/1.1 100 Continue"), Request, Lines("HTTP/1.1 200 OK|Content-Length: 2||ok"))],
            Want = "POST / “hello” => 200 “ok”, open",
        }
            .But(Rival.Nginx, Reasons.NginxExpects)
            .But(Rival.Haproxy, Reasons.HaproxyExpects),
        Asking("Expect without a body", "GET / HTTP/1.1|Host: $host|Expect: 100-continue", "GET / => 200 “ok”, open")
            .But(Rival.Nginx, Reasons.NginxExpects)
            .But(Rival.Haproxy, Reasons.HaproxyExpects),
        Asking("Expect with a length of 0", "POST / HTTP/1.1|Host: $host|Expect: 100-continue|Content-Length: 0", "POST / => 200 “ok”, open")
            .But(Rival.Nginx, Reasons.NginxExpects)
            .But(Rival.Haproxy, Reasons.HaproxyExpects),
        Asking("an unknown expectation", "GET / HTTP/1.1|Host: $host|Expect: something", "GET / => 200 “ok”, open")
            .But(Rival.Haproxy, Reasons.HaproxyExpects),
        new WireCase("Expect in HTTP/1.0")
        {
            Client = [Lines("POST / HTTP/1.0|Host: $host|Expect: 100-continue|Content-Length: 5||hello")], Backend = [Exchange.Ok], Want = "POST / “hello” => 200 “ok”, closed",
        }
            .But(Rival.Nginx, Reasons.NginxExpects)
            .But(Rival.Haproxy, Reasons.OtherSidesVersion),
    ];
}
