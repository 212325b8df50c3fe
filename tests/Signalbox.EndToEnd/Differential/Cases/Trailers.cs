using Signalbox.EndToEnd.Differential.Data;
using static Signalbox.EndToEnd.Differential.Data.Do;
using static Signalbox.EndToEnd.Differential.Data.WireCase;

namespace Signalbox.EndToEnd.Differential.Cases;

/// <summary>Fields behind a chunked body (RFC 9110 6.5).</summary>
internal static class Trailers
{
    public static readonly WireCase[] List =
    [
        Asking("a trailer of the request", "POST / HTTP/1.1|Host: $host|TE: trailers|Connection: TE|Trailer: X-Sum|Transfer-Encoding: chunked||5\r\nhello\r\n0\r\nX-Sum: 1\r\n\r\n", "POST / “hello” (x-sum: 1) => 200 “ok”, open")
            .But(Rival.General, Reasons.FrameworkTrailers)
            .But(Rival.Nginx, Reasons.NginxTe),
        Asking("a trailer of the request that was not announced", "POST / HTTP/1.1|Host: $host|Transfer-Encoding: chunked||5\r\nhello\r\n0\r\nX-Sum: 1\r\n\r\n", "POST / “hello” (x-sum: 1) => 200 “ok”, open")
            .But(Rival.General, Reasons.FrameworkTrailers)
            .But(Rival.Nginx, Reasons.NginxTe),
        Asking("two trailers of the request", "POST / HTTP/1.1|Host: $host|Transfer-Encoding: chunked||5\r\nhello\r\n0\r\nX-Sum: 1\r\nX-More: 2\r\n\r\n", "POST / “hello” (x-sum: 1) (x-more: 2) => 200 “ok”, open")
            .But(Rival.General, Reasons.FrameworkTrailers)
            .But(Rival.Nginx, Reasons.NginxTe),
        Asking("a trailer of the request that frames", "POST / HTTP/1.1|Host: $host|Transfer-Encoding: chunked||5\r\nhello\r\n0\r\nContent-Length: 1\r\nX-Sum: 1\r\n\r\n", "nothing => 400 of ours, closed")
            .But(Rival.Nginx, Reasons.TwoReadings)
            .But(Rival.Haproxy, Reasons.TwoReadings),
        Asking("a trailer of the request that is no field", "POST / HTTP/1.1|Host: $host|Transfer-Encoding: chunked||5\r\nhello\r\n0\r\nX-Sum\r\n\r\n", "nothing => 400 of ours, closed")
            .But(Rival.Nginx, Reasons.TwoReadings)
            .But(Rival.Haproxy, Reasons.LateOpening),
        Simple("a trailer of the answer", "GET / HTTP/1.1|Host: $host|TE: trailers|Connection: TE", "HTTP/1.1 200 OK|Trailer: X-Sum|Transfer-Encoding: chunked||2\r\nok\r\n0\r\nX-Sum: 1\r\n\r\n", "GET / => 200 “ok” (x-sum: 1), open")
            .But(Rival.General, Reasons.FrameworkTrailers)
            .But(Rival.Nginx, Reasons.NginxTe),
        Answering("a trailer of the answer that nobody asked for", "HTTP/1.1 200 OK|Trailer: X-Sum|Transfer-Encoding: chunked||2\r\nok\r\n0\r\nX-Sum: 1\r\n\r\n", "GET / => 200 “ok” (x-sum: 1), open")
            .But(Rival.General, Reasons.FrameworkTrailers)
            .But(Rival.Nginx, Reasons.NginxTe),
        Answering("a trailer of the answer that was not announced", "HTTP/1.1 200 OK|Transfer-Encoding: chunked||2\r\nok\r\n0\r\nX-Sum: 1\r\n\r\n", "GET / => 200 “ok” (x-sum: 1), open")
            .But(Rival.General, Reasons.FrameworkTrailers)
            .But(Rival.Nginx, Reasons.NginxTe),
        Answering("two trailers of the answer", "HTTP/1.1 200 OK|Transfer-Encoding: chunked||2\r\nok\r\n0\r\nX-Sum: 1\r\nX-More: 2\r\n\r\n", "GET / => 200 “ok” (x-sum: 1) (x-more: 2), open")
            .But(Rival.General, Reasons.FrameworkTrailers)
            .But(Rival.Nginx, Reasons.NginxTe),
        Answering("a trailer of the answer that frames", "HTTP/1.1 200 OK|Transfer-Encoding: chunked||2\r\nok\r\n0\r\nContent-Length: 9\r\nX-Sum: 1\r\n\r\n", "GET / => 200 “ok” (x-sum: 1), open")
            .But(Rival.General, Reasons.FrameworkTrailers)
            .But(Rival.Nginx, Reasons.NginxTe)
            .But(Rival.Haproxy, Reasons.LooseTrailers),
        Answering("a trailer behind nothing", "HTTP/1.1 200 OK|Transfer-Encoding: chunked||0\r\nX-Sum: 1\r\n\r\n", "GET / => 200 (x-sum: 1), open")
            .But(Rival.General, Reasons.FrameworkTrailers)
            .But(Rival.Nginx, Reasons.NginxTe),
        Simple("a trailer of the answer to HTTP/1.0", "GET / HTTP/1.0|Host: $host", "HTTP/1.1 200 OK|Transfer-Encoding: chunked||2\r\nok\r\n0\r\nX-Sum: 1\r\n\r\n", "GET / => 200 “ok”, closed")
            .But(Rival.Haproxy, Reasons.OtherSidesVersion),
        new WireCase("a trailer that comes late")
        {
            Client = [Lines("GET / HTTP/1.1|Host: $host"), Body("ok"), Cue("ok")],
            Backend = [new(Request, Lines("HTTP/1.1 200 OK|Transfer-Encoding: chunked||2\r\nok\r\n0\r\n"), Await("ok"), Send("X-Sum: 1\r\n\r\n"))],
            Want = "GET / => 200 “ok” (x-sum: 1), open",
        }
            .But(Rival.General, Reasons.FrameworkTrailers)
            .But(Rival.Nginx, Reasons.NginxTe),
    ];
}
