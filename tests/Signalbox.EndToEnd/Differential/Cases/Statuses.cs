using Signalbox.EndToEnd.Differential.Data;
using static Signalbox.EndToEnd.Differential.Data.WireCase;

namespace Signalbox.EndToEnd.Differential.Cases;

/// <summary>Statuses, and what follows from them for the body.</summary>
internal static class Statuses
{
    public static readonly WireCase[] List =
    [
        Answering("201 with Location", "HTTP/1.1 201 Created|Location: /new|Content-Length: 2||ok", "GET / => 201 “ok”, open"),
        Answering("204", "HTTP/1.1 204 No Content", "GET / => 204, open"),
        Answering("204 with a length", "HTTP/1.1 204 No Content|Content-Length: 0", "GET / => 204, open")
            .But(Rival.Nginx, Reasons.NoContent),
        Answering("204 with a coding", "HTTP/1.1 204 No Content|Transfer-Encoding: chunked", "GET / => 204, open"),
        Answering("205", "HTTP/1.1 205 Reset Content|Content-Length: 0", "GET / => 205, open"),
        Answering("206", "HTTP/1.1 206 Partial Content|Content-Range: bytes 0-1/9|Content-Length: 2||ok", "GET / => 206 “ok”, open"),
        Answering("301", "HTTP/1.1 301 Moved Permanently|Location: http://elsewhere.localhost/|Content-Length: 0", "GET / => 301, open"),
        Answering("304", "HTTP/1.1 304 Not Modified|ETag: \"a\"", "GET / => 304, open"),
        Answering("304 with the length of what is not sent", "HTTP/1.1 304 Not Modified|Content-Length: 1234", "GET / => 304, open"),
        Answering("401", "HTTP/1.1 401 Unauthorized|B: 1|WWW-Authenticate: Basic realm=\"a\"|Content-Length: 2||no", "GET / => 401 “no”, open"),
        Answering("404 of the backend", "HTTP/1.1 404 Not Found|B: 1|Content-Length: 2||no", "GET / => 404 “no”, open"),
        Answering("500 of the backend", "HTTP/1.1 500 Internal Server Error|B: 1|Content-Length: 2||no", "GET / => 500 “no”, open"),
        Answering("502 of the backend", "HTTP/1.1 502 Bad Gateway|B: 1|Content-Length: 2||no", "GET / => 502 “no”, open"),
        Answering("503 of the backend", "HTTP/1.1 503 Service Unavailable|B: 1|Retry-After: 1|Content-Length: 2||no", "GET / => 503 “no”, open"),
        Answering("299", "HTTP/1.1 299 Own|Content-Length: 2||ok", "GET / => 299 “ok”, open"),
        Answering("599", "HTTP/1.1 599 Own|B: 1|Content-Length: 2||no", "GET / => 599 “no”, open"),
        Answering("999", "HTTP/1.1 999 Own|B: 1|Content-Length: 2||no", "GET / => 999 “no”, open"),
        Answering("a reason of its own", "HTTP/1.1 200 All Is Well|Content-Length: 2||ok", "GET / => 200 “ok”, open"),
        Answering("an empty reason", "HTTP/1.1 200 |Content-Length: 2||ok", "GET / => 200 “ok”, open")
            .But(Rival.Nginx, Reasons.ReasonPhrases)
            .But(Rival.Haproxy, Reasons.ReasonPhrases),
        Answering("no reason and no space before it", "HTTP/1.1 200|Content-Length: 2||ok", "GET / => 200 “ok”, open")
            .But(Rival.Nginx, Reasons.ReasonPhrases)
            .But(Rival.Haproxy, Reasons.ReasonPhrases),
        Answering("a reason above ASCII", "HTTP/1.1 200 Tr\u00e8s bien|Content-Length: 2||ok", "GET / => 200 “ok”, open")
            .But(Rival.Nginx, Reasons.ReasonPhrases)
            .But(Rival.Haproxy, Reasons.ReasonPhrases),
    ];
}
