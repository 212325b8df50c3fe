using Signalbox.EndToEnd.Differential.Data;
using static Signalbox.EndToEnd.Differential.Data.Do;
using static Signalbox.EndToEnd.Differential.Data.WireCase;

namespace Signalbox.EndToEnd.Differential.Cases;

/// <summary>Where a request's body ends.</summary>
internal static class RequestFramings
{
    public static readonly WireCase[] List =
    [
        Asking("a chunked body", "POST / HTTP/1.1|Host: $host|Transfer-Encoding: chunked||5\r\nhello\r\n1\r\n!\r\n0\r\n\r\n", "POST / “hello!” => 200 “ok”, open"),
        Asking("a chunked body of nothing", "POST / HTTP/1.1|Host: $host|Transfer-Encoding: chunked||0\r\n\r\n", "POST / => 200 “ok”, open"),
        Asking("a chunked GET", "GET / HTTP/1.1|Host: $host|Transfer-Encoding: chunked||5\r\nhello\r\n0\r\n\r\n", "GET / “hello” => 200 “ok”, open"),
        Asking("chunk extensions", "POST / HTTP/1.1|Host: $host|Transfer-Encoding: chunked||5;a=b;c=\"d e\"\r\nhello\r\n0;z\r\n\r\n", "POST / “hello” => 200 “ok”, open"),
        Asking("a chunk size with zeros before it", "POST / HTTP/1.1|Host: $host|Transfer-Encoding: chunked||0005\r\nhello\r\n000\r\n\r\n", "POST / “hello” => 200 “ok”, open"),
        Asking("a chunk size in capitals", "POST / HTTP/1.1|Host: $host|Transfer-Encoding: chunked||A\r\n0123456789\r\n0\r\n\r\n", "POST / “0123456789” => 200 “ok”, open"),
        Asking("a coding in capitals", "POST / HTTP/1.1|Host: $host|Transfer-Encoding: CHUNKED||5\r\nhello\r\n0\r\n\r\n", "POST / “hello” => 200 “ok”, open"),
        new WireCase("a body that comes in small pieces")
        {
            Client = [Lines("POST / HTTP/1.1|Host: $host|Content-Length: 5"), Await("head"), Send("he"), Await("he"), Send("llo")],
            Backend = [new(Head, Cue("head"), Body("he"), Cue("he"), Request, Lines("HTTP/1.1 200 OK|Content-Length: 2||ok"))],
            Want = "POST / “hello” => 200 “ok”, open",
        },
        new WireCase("chunks that come in small pieces")
        {
            Client = [Lines("POST / HTTP/1.1|Host: $host|Transfer-Encoding: chunked"), Await("head"), Send("5\r"), Send("\nhe"), Await("he"), Send("llo\r\n0\r"), Send("\n\r\n")],
            Backend = [new(Head, Cue("head"), Body("he"), Cue("he"), Request, Lines("HTTP/1.1 200 OK|Content-Length: 2||ok"))],
            Want = "POST / “hello” => 200 “ok”, open",
        },
        Asking("a length and a coding", "POST / HTTP/1.1|Host: $host|Content-Length: 5|Transfer-Encoding: chunked||0\r\n\r\n", "nothing => 400 of ours, closed")
            .But(Rival.Haproxy, Reasons.TwoReadings),
        Asking("two lengths that differ", "POST / HTTP/1.1|Host: $host|Content-Length: 5|Content-Length: 6||hello", "nothing => 400 of ours, closed"),
        Asking("two lengths that are equal", "POST / HTTP/1.1|Host: $host|Content-Length: 5|Content-Length: 5||hello", "nothing => 400 of ours, closed")
            .But(Rival.Haproxy, Reasons.TwoReadings),
        Asking("a list of equal lengths", "POST / HTTP/1.1|Host: $host|Content-Length: 5, 5||hello", "nothing => 400 of ours, closed")
            .But(Rival.Haproxy, Reasons.TwoReadings),
        Asking("a length with a sign", "POST / HTTP/1.1|Host: $host|Content-Length: +5||hello", "nothing => 400 of ours, closed"),
        Asking("a negative length", "POST / HTTP/1.1|Host: $host|Content-Length: -5||hello", "nothing => 400 of ours, closed"),
        Asking("a length that is no number", "POST / HTTP/1.1|Host: $host|Content-Length: five||hello", "nothing => 400 of ours, closed"),
        Asking("an empty length", "POST / HTTP/1.1|Host: $host|Content-Length:||hello", "nothing => 400 of ours, closed"),
        Asking("a length above 63 bits", "POST / HTTP/1.1|Host: $host|Content-Length: 9223372036854775808||hello", "nothing => 400 of ours, closed"),
        Asking("an unknown coding", "POST / HTTP/1.1|Host: $host|Transfer-Encoding: gzip||hello", "nothing => 501 of ours, closed")
            .But(Rival.Haproxy, Reasons.OtherStatus),
        Asking("two codings", "POST / HTTP/1.1|Host: $host|Transfer-Encoding: gzip, chunked||5\r\nhello\r\n0\r\n\r\n", "nothing => 501 of ours, closed")
            .But(Rival.Haproxy, Reasons.OtherStatus),
        Asking("chunked twice", "POST / HTTP/1.1|Host: $host|Transfer-Encoding: chunked, chunked||5\r\nhello\r\n0\r\n\r\n", "nothing => 400 of ours, closed")
            .But(Rival.Nginx, Reasons.OtherStatus),
        Asking("an identity coding", "POST / HTTP/1.1|Host: $host|Transfer-Encoding: identity|Content-Length: 5||hello", "nothing => 400 of ours, closed")
            .But(Rival.Nginx, Reasons.OtherStatus),
        Asking("a chunk size that is no number", "POST / HTTP/1.1|Host: $host|Transfer-Encoding: chunked||x\r\nhello\r\n0\r\n\r\n", "nothing => 400 of ours, closed")
            .But(Rival.Nginx, Reasons.LateOpening)
            .But(Rival.Haproxy, Reasons.LateOpening),
        Asking("a chunk that is longer than it says", "POST / HTTP/1.1|Host: $host|Transfer-Encoding: chunked||4\r\nhello\r\n0\r\n\r\n", "nothing => 400 of ours, closed")
            .But(Rival.Nginx, Reasons.LateOpening)
            .But(Rival.Haproxy, Reasons.LateOpening),
        Asking("chunk lines that end with a bare line feed", "POST / HTTP/1.1|Host: $host|Transfer-Encoding: chunked||5\nhello\n0\n\n", "nothing => 400 of ours, closed")
            .But(Rival.Nginx, Reasons.TwoReadings)
            .But(Rival.Haproxy, Reasons.TwoReadings),
        Asking("a chunk size above 63 bits", "POST / HTTP/1.1|Host: $host|Transfer-Encoding: chunked||8000000000000000\r\nhello", "nothing => 400 of ours, closed")
            .But(Rival.Nginx, Reasons.LateOpening)
            .But(Rival.Haproxy, Reasons.LateOpening),
        new WireCase("a client that leaves in the middle of a body")
        {
            Client = [Lines("POST / HTTP/1.1|Host: $host|Content-Length: 10||hello"), Await("hello"), Close], Backend = [new(Body("hello"), Cue("hello"), End)], Want = "POST / cut => nothing, left",
        },
        new WireCase("a client that leaves in the middle of a chunk")
        {
            Client = [Lines("POST / HTTP/1.1|Host: $host|Transfer-Encoding: chunked||a\r\nhello"), Await("hello"), Close], Backend = [new(Body("hello"), Cue("hello"), End)], Want = "POST / cut => nothing, left",
        },
        new WireCase("a client that leaves between chunks")
        {
            Client = [Lines("POST / HTTP/1.1|Host: $host|Transfer-Encoding: chunked||5\r\nhello\r\n"), Await("hello"), Close], Backend = [new(Body("hello"), Cue("hello"), End)], Want = "POST / cut => nothing, left",
        },
        new WireCase("a client that ends its sending in the middle of a body")
        {
            Client = [Lines("POST / HTTP/1.1|Host: $host|Content-Length: 10||hello"), Await("hello"), FinishSending, End], Backend = [new(Body("hello"), Cue("hello"), End)], Want = "POST / cut => nothing, closed",
        },
        new WireCase("a client that resets in the middle of a body")
        {
            Client = [Lines("POST / HTTP/1.1|Host: $host|Content-Length: 10||hello"), Await("hello"), Reset], Backend = [new(Body("hello"), Cue("hello"), End)], Want = "POST / cut => nothing, left",
        },
    ];
}
