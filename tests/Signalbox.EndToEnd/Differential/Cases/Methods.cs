using Signalbox.EndToEnd.Differential.Data;
using static Signalbox.EndToEnd.Differential.Data.WireCase;

namespace Signalbox.EndToEnd.Differential.Cases;

/// <summary>Methods, known and unknown.</summary>
internal static class Methods
{
    public static readonly WireCase[] List =
    [
        Asking("GET", "GET / HTTP/1.1|Host: $host", "GET / => 200 “ok”, open"),
        Asking("POST", "POST /p HTTP/1.1|Host: $host|Content-Length: 5||hello", "POST /p “hello” => 200 “ok”, open"),
        Asking("PUT", "PUT /p HTTP/1.1|Host: $host|Content-Length: 5||hello", "PUT /p “hello” => 200 “ok”, open"),
        Asking("PATCH", "PATCH /p HTTP/1.1|Host: $host|Content-Length: 5||hello", "PATCH /p “hello” => 200 “ok”, open"),
        Asking("DELETE", "DELETE /p HTTP/1.1|Host: $host", "DELETE /p => 200 “ok”, open"),
        Asking("DELETE with a body", "DELETE /p HTTP/1.1|Host: $host|Content-Length: 5||hello", "DELETE /p “hello” => 200 “ok”, open"),
        Asking("OPTIONS", "OPTIONS /p HTTP/1.1|Host: $host", "OPTIONS /p => 200 “ok”, open"),
        Asking("TRACE", "TRACE /p HTTP/1.1|Host: $host", "TRACE /p => 200 “ok”, open")
            .But(Rival.General, Reasons.EmptyContent)
            .But(Rival.Nginx, Reasons.OwnMethods),
        Asking("CONNECT", "CONNECT $host:80 HTTP/1.1|Host: $host:80", "nothing => 501 of ours, closed")
            .But(Rival.Nginx, Reasons.OwnMethods)
            .But(Rival.Haproxy, Reasons.Tunnels),
        Asking("PROPFIND", "PROPFIND /p HTTP/1.1|Host: $host|Depth: 1", "PROPFIND /p => 200 “ok”, open")
            .But(Rival.General, Reasons.EmptyContent),
        Asking("a method of one's own", "BREW /pot HTTP/1.1|Host: $host", "BREW /pot => 200 “ok”, open")
            .But(Rival.General, Reasons.EmptyContent),
        Asking("a method of one's own with a body", "BREW /pot HTTP/1.1|Host: $host|Content-Length: 5||hello", "BREW /pot “hello” => 200 “ok”, open"),
        Asking("a method with every token character", "A!#$%&'*+-.^_`~1 / HTTP/1.1|Host: $host", "A!#$%&'*+-.^_`~1 / => 200 “ok”, open")
            .But(Rival.General, Reasons.EmptyContent)
            .But(Rival.Nginx, Reasons.OwnMethods),
        Asking("a method in small letters", "get / HTTP/1.1|Host: $host", "get / => 200 “ok”, open")
            .But(Rival.General, Reasons.KnownMethod)
            .But(Rival.Nginx, Reasons.OwnMethods),
        Asking("a method that is no token", "G(T / HTTP/1.1|Host: $host", "nothing => 400 of ours, closed"),
        Asking("GET with a body", "GET / HTTP/1.1|Host: $host|Content-Length: 5||hello", "GET / “hello” => 200 “ok”, open"),
        Asking("POST without a body", "POST /p HTTP/1.1|Host: $host", "POST /p => 200 “ok”, open")
            .But(Rival.Nginx, Reasons.SaysNothing)
            .But(Rival.Haproxy, Reasons.SaysNothing),
        Asking("PUT without a body", "PUT /p HTTP/1.1|Host: $host", "PUT /p => 200 “ok”, open")
            .But(Rival.Nginx, Reasons.SaysNothing)
            .But(Rival.Haproxy, Reasons.SaysNothing),
        Asking("POST of length 0", "POST /p HTTP/1.1|Host: $host|Content-Length: 0", "POST /p => 200 “ok”, open"),
        Asking("GET of length 0", "GET / HTTP/1.1|Host: $host|Content-Length: 0", "GET / => 200 “ok”, open")
            .But(Rival.General, Reasons.LengthOfNothing),
        Simple("HEAD", "HEAD / HTTP/1.1|Host: $host", "HTTP/1.1 200 OK|Content-Length: 1234", "HEAD / => 200, open"),
        Simple("HEAD of a chunked answer", "HEAD / HTTP/1.1|Host: $host", "HTTP/1.1 200 OK|Transfer-Encoding: chunked", "HEAD / => 200, open")
            .But(Rival.Haproxy, Reasons.CodingOfNothing),
        Simple("HEAD of an answer without a length", "HEAD / HTTP/1.1|Host: $host", "HTTP/1.1 200 OK|X-A: 1", "HEAD / => 200, open"),
        Simple("HEAD with a body in the answer", "HEAD / HTTP/1.1|Host: $host", "HTTP/1.1 200 OK|Content-Length: 2||ok", "HEAD / => 200, open"),
        Simple("HEAD of an empty answer", "HEAD / HTTP/1.1|Host: $host", "HTTP/1.1 200 OK|Content-Length: 0", "HEAD / => 200, open"),
    ];
}
