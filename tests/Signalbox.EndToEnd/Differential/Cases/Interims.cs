using Signalbox.EndToEnd.Differential.Data;
using static Signalbox.EndToEnd.Differential.Data.Do;
using static Signalbox.EndToEnd.Differential.Data.WireCase;

namespace Signalbox.EndToEnd.Differential.Cases;

/// <summary>1xx answers before the final one.</summary>
internal static class Interims
{
    public static readonly WireCase[] List =
    [
        Answering("103", "HTTP/1.1 103 Early Hints|Link: </a.css>; rel=preload||HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok", "GET / => 103; 200 “ok”, open")
            .But(Rival.General, Reasons.FrameworkInterims)
            .But(Rival.Nginx, Reasons.NginxInterims),
        Answering("102", "HTTP/1.1 102 Processing||HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok", "GET / => 102; 200 “ok”, open")
            .But(Rival.General, Reasons.FrameworkInterims)
            .But(Rival.Nginx, Reasons.NginxInterims),
        Answering("103 twice", "HTTP/1.1 103 Early Hints|Link: </a>||HTTP/1.1 103 Early Hints\r\nLink: </b>\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok", "GET / => 103; 103; 200 “ok”, open")
            .But(Rival.General, Reasons.FrameworkInterims)
            .But(Rival.Nginx, Reasons.NginxInterims),
        Answering("100 that nobody asked for", "HTTP/1.1 100 Continue||HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok", "GET / => 200 “ok”, open")
            .But(Rival.Nginx, Reasons.NginxInterims)
            .But(Rival.Haproxy, Reasons.HaproxyInterims),
        Answering("199", "HTTP/1.1 199 Own|X-A: 1||HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok", "GET / => 199; 200 “ok”, open")
            .But(Rival.General, Reasons.FrameworkInterims)
            .But(Rival.Nginx, Reasons.NginxInterims),
        new WireCase("103 long before the answer")
        {
            Client = [Lines("GET / HTTP/1.1|Host: $host"), Heads(1), Cue("hints")],
            Backend = [new(Request, Lines("HTTP/1.1 103 Early Hints|Link: </a.css>; rel=preload"), Await("hints"), Lines("HTTP/1.1 200 OK|Content-Length: 2||ok"))],
            Want = "GET / => 103; 200 “ok”, open",
        }
            .But(Rival.General, Reasons.FrameworkInterims)
            .But(Rival.Nginx, Reasons.NginxInterims),
        Simple("103 before the answer to HEAD", "HEAD / HTTP/1.1|Host: $host", "HTTP/1.1 103 Early Hints|Link: </a>||HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n", "HEAD / => 103; 200, open")
            .But(Rival.General, Reasons.FrameworkInterims)
            .But(Rival.Nginx, Reasons.NginxInterims),
        Simple("103 before the answer to an upload", "POST / HTTP/1.1|Host: $host|Content-Length: 5||hello", "HTTP/1.1 103 Early Hints|Link: </a>||HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok", "POST / “hello” => 103; 200 “ok”, open")
            .But(Rival.General, Reasons.FrameworkInterims)
            .But(Rival.Nginx, Reasons.NginxInterims),
        Simple("103 to HTTP/1.0", "GET / HTTP/1.0|Host: $host", "HTTP/1.1 103 Early Hints|Link: </a>||HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok", "GET / => 200 “ok”, closed")
            .But(Rival.Nginx, Reasons.NginxInterims)
            .But(Rival.Haproxy, Reasons.OtherSidesVersion),
        Answering("103 with a length", "HTTP/1.1 103 Early Hints|Content-Length: 2||HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok", "GET / => 502 of ours, open")
            .But(Rival.General, Reasons.FrameworkParser)
            .But(Rival.Nginx, Reasons.NginxInterims)
            .But(Rival.Haproxy, Reasons.LooseAnswers),
        new WireCase("103 and nothing more")
        {
            Client = [Lines("GET / HTTP/1.1|Host: $host")], Backend = [new(Request, Lines("HTTP/1.1 103 Early Hints|Link: </a>"), Close)], Want = "GET / => 103; 502 of ours, open",
        }
            .But(Rival.General, Reasons.FrameworkInterims)
            .But(Rival.Nginx, Reasons.NginxInterims),
    ];
}
