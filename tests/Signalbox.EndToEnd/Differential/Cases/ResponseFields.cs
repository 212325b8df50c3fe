using Signalbox.EndToEnd.Differential.Data;
using static Signalbox.EndToEnd.Differential.Data.WireCase;

namespace Signalbox.EndToEnd.Differential.Cases;

/// <summary>Fields of responses: what is passed on, what is not, and what makes an answer unusable.</summary>
internal static class ResponseFields
{
    public static readonly WireCase[] List =
    [
        Answering("a response field of one's own", "HTTP/1.1 200 OK|X-Own: some text, and more|Content-Length: 2||ok", "GET / => 200 “ok”, open"),
        Answering("an empty response field", "HTTP/1.1 200 OK|X-Empty:|Content-Length: 2||ok", "GET / => 200 “ok”, open"),
        Answering("a response field twice", "HTTP/1.1 200 OK|X-Two: 1|X-Two: 2|Content-Length: 2||ok", "GET / => 200 “ok”, open"),
        Answering("white space around a response value", "HTTP/1.1 200 OK|X-Space: \t a b \t|Content-Length: 2||ok", "GET / => 200 “ok”, open"),
        Answering("two cookies set", "HTTP/1.1 200 OK|Set-Cookie: a=1; Expires=Wed, 21 Oct 2026 07:28:00 GMT|Set-Cookie: b=2|Content-Length: 2||ok", "GET / => 200 “ok”, open"),
        Answering("a response value in UTF-8", "HTTP/1.1 200 OK|X-Name: caf\u00c3\u00a9|Content-Length: 2||ok", "GET / => 200 “ok”, open"),
        Answering("a response value in Latin-1", "HTTP/1.1 200 OK|X-Name: caf\u00e9|Content-Length: 2||ok", "GET / => 200 “ok”, open"),
        Answering("Server and Date of the backend", "HTTP/1.1 200 OK|Server: mine|Date: Sun, 06 Nov 1994 08:49:37 GMT|Content-Length: 2||ok", "GET / => 200 “ok”, open"),
        Answering("values no date and no entity tag has in the answer", "HTTP/1.1 200 OK|ETag: a b|Last-Modified: yesterday|Expires: 0|Age: x|Content-Length: 2||ok", "GET / => 200 “ok”, open"),
        Answering("Vary, Cache-Control and Link", "HTTP/1.1 200 OK|Vary: a, b|Cache-Control: no-cache, max-age=0|Link: </a>; rel=preload, </b>|Content-Length: 2||ok", "GET / => 200 “ok”, open"),
        Answering("a content type, language and disposition", "HTTP/1.1 200 OK|Content-Type: text/html;charset=x|Content-Language: en|Content-Disposition: attachment; filename=\"a\"|Content-Length: 2||ok", "GET / => 200 “ok”, open"),
        Answering("a content encoding", "HTTP/1.1 200 OK|Content-Encoding: gzip|Content-Length: 2||ok", "GET / => 200 “ok”, open"),
        Answering("Connection of the answer names a field", "HTTP/1.1 200 OK|Connection: X-Hop|X-Hop: 1|X-Stays: 2|Content-Length: 2||ok", "GET / => 200 “ok”, open")
            .But(Rival.Nginx, Reasons.HopByHop)
            .But(Rival.Haproxy, Reasons.HopByHop),
        Answering("Connection of the answer names Content-Length", "HTTP/1.1 200 OK|Connection: Content-Length|Content-Length: 2||ok", "GET / => 200 “ok”, open"),
        Answering("Keep-Alive of the answer", "HTTP/1.1 200 OK|Connection: keep-alive|Keep-Alive: timeout=5|Content-Length: 2||ok", "GET / => 200 “ok”, open"),
        Answering("Proxy-Authenticate", "HTTP/1.1 407 Proxy Authentication Required|B: 1|Proxy-Authenticate: Basic|Content-Length: 2||no", "GET / => 407 “no”, open"),
        Answering("Upgrade offered in an answer", "HTTP/1.1 200 OK|Connection: Upgrade|Upgrade: h2c|Content-Length: 2||ok", "GET / => 200 “ok”, open")
            .But(Rival.Nginx, Reasons.HopByHop)
            .But(Rival.Haproxy, Reasons.HopByHop),
        Answering("Via of the answer", "HTTP/1.1 200 OK|Via: 1.0 other|Content-Length: 2||ok", "GET / => 200 “ok”, open"),
        Answering("Alt-Svc and Strict-Transport-Security", "HTTP/1.1 200 OK|Alt-Svc: h3=\":443\"|Strict-Transport-Security: max-age=1|Content-Length: 2||ok", "GET / => 200 “ok”, open"),
        Answering("a response field with an underscore", "HTTP/1.1 200 OK|X_Under: 1|Content-Length: 2||ok", "GET / => 200 “ok”, open"),
        Answering("a response field with every token character", "HTTP/1.1 200 OK|X!#$%&'*+-.^_`~1: 1|Content-Length: 2||ok", "GET / => 200 “ok”, open"),
        Answering("response fields of 20 KB", "HTTP/1.1 200 OK" + string.Concat(Enumerable.Range(0, 5).Select(i => $"|X-{i}: {new string('v', 4000)}")) + "|Content-Length: 2||ok", "GET / => 200 “ok”, open"),
        Answering("response fields of 300 KB", "HTTP/1.1 200 OK" + string.Concat(Enumerable.Range(0, 75).Select(i => $"|X-{i}: {new string('v', 4000)}")) + "|Content-Length: 2||ok", "GET / => 502 of ours, open"),
        Answering("a hundred response fields", "HTTP/1.1 200 OK" + string.Concat(Enumerable.Range(0, 100).Select(i => $"|X-F{i}: {i}")) + "|Content-Length: 2||ok", "GET / => 200 “ok”, open"),
    ];
}
