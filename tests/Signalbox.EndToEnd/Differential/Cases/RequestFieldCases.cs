using Signalbox.EndToEnd.Differential.Data;
using static Signalbox.EndToEnd.Differential.Data.Do;
using static Signalbox.EndToEnd.Differential.Data.WireCase;

namespace Signalbox.EndToEnd.Differential.Cases;

/// <summary>Fields of requests: what is passed on, what is not, and what is refused.</summary>
internal static class RequestFieldCases
{
    public static readonly WireCase[] List =
    [
        Asking("a field of one's own", "GET / HTTP/1.1|Host: $host|X-Own: some text, and more", "GET / => 200 “ok”, open"),
        Asking("an empty field", "GET / HTTP/1.1|Host: $host|X-Empty:", "GET / => 200 “ok”, open"),
        Asking("white space around a value", "GET / HTTP/1.1|Host: $host|X-Space: \t a b \t", "GET / => 200 “ok”, open"),
        Asking("a field twice", "GET / HTTP/1.1|Host: $host|X-Two: 1|X-Other: x|X-Two: 2", "GET / => 200 “ok”, open"),
        Asking("cookies on two lines", "GET / HTTP/1.1|Host: $host|Cookie: a=1|Cookie: b=2", "GET / => 200 “ok”, open"),
        Asking("a cookie of 8 KB", "GET / HTTP/1.1|Host: $host|Cookie: a=" + new string('c', 8190), "GET / => 200 “ok”, open"),
        Asking("fields of 40 KB", "GET / HTTP/1.1|Host: $host" + string.Concat(Enumerable.Range(0, 10).Select(i => $"|X-{i}: {new string('v', 4000)}")), "GET / => 200 “ok”, open"),
        Asking("a hundred fields", "GET / HTTP/1.1|Host: $host" + string.Concat(Enumerable.Range(0, 100).Select(i => $"|X-F{i}: {i}")), "GET / => 200 “ok”, open"),
        Asking("a thousand fields", "GET / HTTP/1.1|Host: $host" + string.Concat(Enumerable.Range(0, 1000).Select(i => $"|X-F{i}: {i}")), "nothing => 431 of ours, closed")
            .But(Rival.Nginx, Reasons.OtherStatus)
            .But(Rival.Haproxy, Reasons.OtherStatus),
        Asking("fields of 200 KB", "GET / HTTP/1.1|Host: $host" + string.Concat(Enumerable.Range(0, 50).Select(i => $"|X-{i}: {new string('v', 4000)}")), "nothing => 431 of ours, closed")
            .But(Rival.Nginx, Reasons.OtherLimit)
            .But(Rival.Haproxy, Reasons.OtherStatus),
        Asking("a value in UTF-8", "GET / HTTP/1.1|Host: $host|X-Name: caf\u00c3\u00a9", "GET / => 200 “ok”, open"),
        Asking("a value in Latin-1", "GET / HTTP/1.1|Host: $host|X-Name: caf\u00e9", "GET / => 200 “ok”, open"),
        Asking("a field with an underscore", "GET / HTTP/1.1|Host: $host|X_Under: 1", "GET / => 200 “ok”, open"),
        Asking("a field with every token character", "GET / HTTP/1.1|Host: $host|X!#$%&'*+-.^_`~1: 1", "GET / => 200 “ok”, open")
            .But(Rival.Nginx, Reasons.NginxNames),
        Asking("fields that describe a body", "POST / HTTP/1.1|Host: $host|Content-Type: text/plain; charset=utf-8|Content-Language: en|Content-Encoding: gzip|Content-Length: 5||hello", "POST / “hello” => 200 “ok”, open"),
        Asking("fields that describe a body that is not there", "GET / HTTP/1.1|Host: $host|Content-Type: text/plain|Expires: 0|Last-Modified: x|Allow: GET", "GET / => 200 “ok”, open")
            .But(Rival.General, Reasons.EmptyContent),
        Asking("a range and conditions", "GET / HTTP/1.1|Host: $host|Range: bytes=0-4|If-None-Match: \"a\", W/\"b\"|If-Modified-Since: Sun, 06 Nov 1994 08:49:37 GMT|If-Range: \"a\"", "GET / => 200 “ok”, open"),
        Asking("values no date and no entity tag has", "GET / HTTP/1.1|Host: $host|If-Modified-Since: yesterday|If-None-Match: a b|Range: lines=1|Date: now", "GET / => 200 “ok”, open"),
        Asking("authorization and user agent", "GET / HTTP/1.1|Host: $host|Authorization: Basic YTpi|User-Agent: curl/8 (some; thing)|Referer: not a url|From: me", "GET / => 200 “ok”, open"),
        Asking("Accept fields", "GET / HTTP/1.1|Host: $host|Accept: text/html;q=0.8, */*|Accept-Encoding: gzip, br|Accept-Language: de, en;q=0.5", "GET / => 200 “ok”, open"),
        Asking("Connection names a field", "GET / HTTP/1.1|Host: $host|Connection: X-Hop|X-Hop: 1|X-Stays: 2", "GET / => 200 “ok”, open")
            .But(Rival.Nginx, Reasons.HopByHop)
            .But(Rival.Haproxy, Reasons.HopByHop),
        Asking("Connection names two fields on two lines", "GET / HTTP/1.1|Host: $host|Connection: X-Hop|Connection: X-Hop2, keep-alive|X-Hop: 1|X-Hop2: 2", "GET / => 200 “ok”, open")
            .But(Rival.Nginx, Reasons.HopByHop)
            .But(Rival.Haproxy, Reasons.HopByHop),
        Asking("Connection names Host", "GET / HTTP/1.1|Host: $host|Connection: Host", "GET / => 200 “ok”, open"),
        Asking("Connection names Content-Length", "POST / HTTP/1.1|Host: $host|Connection: Content-Length|Content-Length: 5||hello", "POST / “hello” => 200 “ok”, open"),
        Asking("Keep-Alive and Proxy-Connection", "GET / HTTP/1.1|Host: $host|Keep-Alive: timeout=5|Proxy-Connection: keep-alive", "GET / => 200 “ok”, open")
            .But(Rival.Nginx, Reasons.HopByHop)
            .But(Rival.Haproxy, Reasons.HopByHop),
        Asking("Proxy-Authorization", "GET / HTTP/1.1|Host: $host|Proxy-Authorization: Basic YTpi", "GET / => 200 “ok”, open"),
        Asking("TE: trailers", "GET / HTTP/1.1|Host: $host|TE: trailers|Connection: TE", "GET / => 200 “ok”, open")
            .But(Rival.Nginx, Reasons.NginxTe),
        Asking("TE: deflate", "GET / HTTP/1.1|Host: $host|TE: deflate, gzip;q=0.5|Connection: TE", "GET / => 200 “ok”, open"),
        Asking("Max-Forwards", "GET / HTTP/1.1|Host: $host|Max-Forwards: 0", "GET / => 200 “ok”, open"),
        Asking("an upgrade to h2c", "GET / HTTP/1.1|Host: $host|Connection: Upgrade, HTTP2-Settings|Upgrade: h2c|HTTP2-Settings: AAMAAABkAAQAAP__", "GET / => 200 “ok”, open")
            .But(Rival.Nginx, Reasons.HopByHop)
            .But(Rival.Haproxy, Reasons.HopByHop),
        Asking("forwarding fields of the client's own", "GET / HTTP/1.1|Host: $host|X-Forwarded-For: 1.2.3.4|Forwarded: for=1.2.3.4|X-Forwarded-Proto: https|Via: 1.0 other", "GET / => 200 “ok”, open"),
        Asking("no Host", "GET / HTTP/1.1|X-A: 1", "nothing => 400 of ours, closed")
            .But(Rival.Haproxy, Reasons.OneHost),
        Asking("two Hosts", "GET / HTTP/1.1|Host: $host|Host: $host", "nothing => 400 of ours, closed")
            .But(Rival.Haproxy, Reasons.OneHost),
        Asking("a Host with a port", "GET / HTTP/1.1|Host: $host:8080", "GET / => 200 “ok”, open"),
        Asking("a Host in capitals", "GET / HTTP/1.1|HOST: $host", "GET / => 200 “ok”, open"),
        Asking("a Host with user information", "GET / HTTP/1.1|Host: a@$host", "nothing => 400 of ours, closed")
            .But(Rival.Nginx, Reasons.OneHost)
            .But(Rival.Haproxy, Reasons.OneHost),
        Asking("white space before the colon", "GET / HTTP/1.1|Host: $host|X-A : 1", "nothing => 400 of ours, closed"),
        Asking("white space before a name", "GET / HTTP/1.1|Host: $host| X-A: 1", "nothing => 400 of ours, closed")
            .But(Rival.Haproxy, Reasons.TwoReadings),
        Asking("a folded line", "GET / HTTP/1.1|Host: $host|X-A: 1|  2", "nothing => 400 of ours, closed")
            .But(Rival.Haproxy, Reasons.TwoReadings),
        Asking("a line without a colon", "GET / HTTP/1.1|Host: $host|X-A", "nothing => 400 of ours, closed")
            .But(Rival.Nginx, Reasons.TwoReadings),
        Asking("an empty name", "GET / HTTP/1.1|Host: $host|: 1", "nothing => 400 of ours, closed"),
        Asking("a name that is no token", "GET / HTTP/1.1|Host: $host|X(A): 1", "nothing => 400 of ours, closed")
            .But(Rival.Nginx, Reasons.TwoReadings),
        Asking("a zero in a value", "GET / HTTP/1.1|Host: $host|X-A: a\0b", "nothing => 400 of ours, closed")
            .But(Rival.Haproxy, Reasons.TwoReadings),
        Asking("a control character in a value", "GET / HTTP/1.1|Host: $host|X-A: a\u0001b", "nothing => 400 of ours, closed")
            .But(Rival.Nginx, Reasons.TwoReadings)
            .But(Rival.Haproxy, Reasons.TwoReadings),
        new WireCase("a bare line feed in the head") { Client = [Send("GET / HTTP/1.1\r\nHost: $host\nX-A: 1\r\n\r\n")], Backend = [Exchange.Ok], Want = "nothing => 400 of ours, closed" }
            .But(Rival.Nginx, Reasons.TwoReadings)
            .But(Rival.Haproxy, Reasons.TwoReadings),
        new WireCase("a bare carriage return in a value") { Client = [Send("GET / HTTP/1.1\r\nHost: $host\r\nX-A: a\rb\r\n\r\n")], Backend = [Exchange.Ok], Want = "nothing => 400 of ours, closed" },
        new WireCase("a head that comes in small pieces")
        {
            Client = [Send("GET / HT"), Send("TP/1.1\r"), Send("\nHost: $host\r\n"), Send("X-A: 1\r\n\r"), Send("\n")], Backend = [Exchange.Ok], Want = "GET / => 200 “ok”, open",
        },
        new WireCase("a head that does not end") { Client = [Send("GET / HTTP/1.1\r\nHost: $host\r\nX-A"), End], Want = "nothing => 408 of ours, closed" }
            .But(Rival.Nginx, Reasons.NoWord),
    ];
}
