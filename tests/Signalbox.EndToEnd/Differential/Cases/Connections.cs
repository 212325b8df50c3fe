using Signalbox.EndToEnd.Differential.Data;
using static Signalbox.EndToEnd.Differential.Data.Do;
using static Signalbox.EndToEnd.Differential.Data.WireCase;

namespace Signalbox.EndToEnd.Differential.Cases;

/// <summary>Connections that are kept, closed, used up or stale.</summary>
internal static class Connections
{
    public static readonly WireCase[] List =
    [
        Asking("Connection: close of the client", "GET / HTTP/1.1|Host: $host|Connection: close", "GET / => 200 “ok”, closed"),
        Asking("Connection: keep-alive of the client", "GET / HTTP/1.1|Host: $host|Connection: keep-alive", "GET / => 200 “ok”, open"),
        Asking("an empty line before the request", "\r\nGET / HTTP/1.1|Host: $host", "GET / => 200 “ok”, open"),
        new WireCase("two requests after each other")
        {
            Client = [Lines("GET /1 HTTP/1.1|Host: $host"), Answers(1), Lines("GET /2 HTTP/1.1|Host: $host")], Backend = [Exchange.Ok, Exchange.Ok], Want = "GET /1; GET /2 => 200 “ok”; 200 “ok”, open",
        },
        new WireCase("an upload after an upload")
        {
            Client = [Lines("POST /1 HTTP/1.1|Host: $host|Content-Length: 5||hello"), Answers(1), Lines("POST /2 HTTP/1.1|Host: $host|Transfer-Encoding: chunked||5\r\nhello\r\n0\r\n\r\n")],
            Backend = [Exchange.Ok, Exchange.Ok],
            Want = "POST /1 “hello”; POST /2 “hello” => 200 “ok”; 200 “ok”, open",
        },
        new WireCase("three requests at once")
        {
            Client = [Send("GET /1 HTTP/1.1\r\nHost: $host\r\n\r\nGET /2 HTTP/1.1\r\nHost: $host\r\n\r\nGET /3 HTTP/1.1\r\nHost: $host\r\n\r\n")],
            Backend = [Exchange.Reply("HTTP/1.1 200 OK|Content-Length: 1||1"), Exchange.Reply("HTTP/1.1 200 OK|Content-Length: 1||2"), Exchange.Reply("HTTP/1.1 200 OK|Content-Length: 1||3")],
            Want = "GET /1; GET /2; GET /3 => 200 “1”; 200 “2”; 200 “3”, open",
        },
        new WireCase("two uploads at once")
        {
            Client = [Send("POST /1 HTTP/1.1\r\nHost: $host\r\nContent-Length: 5\r\n\r\nhelloPOST /2 HTTP/1.1\r\nHost: $host\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nworld\r\n0\r\n\r\n")],
            Backend = [Exchange.Ok, Exchange.Ok],
            Want = "POST /1 “hello”; POST /2 “world” => 200 “ok”; 200 “ok”, open",
        },
        new WireCase("a request behind one that closes")
        {
            Client = [Send("GET /1 HTTP/1.1\r\nHost: $host\r\nConnection: close\r\n\r\nGET /2 HTTP/1.1\r\nHost: $host\r\n\r\n"), End], Backend = [Exchange.Ok, Exchange.Ok], Want = "GET /1 => 200 “ok”, closed",
        },
        new WireCase("a broken request behind a good one")
        {
            Client = [Send("GET /1 HTTP/1.1\r\nHost: $host\r\n\r\nGET /2 HTTP/1.1\r\nHost: $host\r\nX-A : 1\r\n\r\n"), End], Backend = [Exchange.Ok, Exchange.Ok], Want = "GET /1 => 200 “ok”; 400 of ours, closed",
        },
        new WireCase("a backend that closes after each answer without a word")
        {
            Client = [Lines("GET /1 HTTP/1.1|Host: $host"), Answers(1), Await("closed"), Lines("GET /2 HTTP/1.1|Host: $host")],
            Backend = [new(Request, Lines("HTTP/1.1 200 OK|Content-Length: 2||ok"), Close, Cue("closed")), Exchange.Ok],
            Want = "GET /1; GET /2 on 2 connections => 200 “ok”; 200 “ok”, open",
        },
        Stale("a stale connection and a GET", "GET /2 HTTP/1.1|Host: $host", Close, "GET /1; GET /2; GET /2 on 2 connections => 200 “ok”; 200 “ok”, open")
            .But(Rival.Haproxy, Reasons.HaproxyRetries),
        Stale("a stale connection, reset, and a GET", "GET /2 HTTP/1.1|Host: $host", Reset, "GET /1; GET /2; GET /2 on 2 connections => 200 “ok”; 200 “ok”, open")
            .But(Rival.General, Reasons.FrameworkRetries)
            .But(Rival.Haproxy, Reasons.HaproxyRetries),
        Stale("a stale connection and a HEAD", "HEAD /2 HTTP/1.1|Host: $host", Close, "GET /1; HEAD /2; HEAD /2 on 2 connections => 200 “ok”; 200, open")
            .But(Rival.Haproxy, Reasons.HaproxyRetries),
        Stale("a stale connection and an OPTIONS", "OPTIONS /2 HTTP/1.1|Host: $host", Close, "GET /1; OPTIONS /2; OPTIONS /2 on 2 connections => 200 “ok”; 200 “ok”, open")
            .But(Rival.Haproxy, Reasons.HaproxyRetries),
        Stale("a stale connection and a DELETE", "DELETE /2 HTTP/1.1|Host: $host", Close, "GET /1; DELETE /2; DELETE /2 on 2 connections => 200 “ok”; 200 “ok”, open")
            .But(Rival.Haproxy, Reasons.HaproxyRetries),
        Stale("a stale connection and a PUT without a body", "PUT /2 HTTP/1.1|Host: $host", Close, "GET /1; PUT /2; PUT /2 on 2 connections => 200 “ok”; 200 “ok”, open")
            .But(Rival.Nginx, Reasons.SaysNothing)
            .But(Rival.Haproxy, Reasons.HaproxyRetries),
        Stale("a stale connection and a PUT with a body", "PUT /2 HTTP/1.1|Host: $host|Content-Length: 5||hello", Close, "GET /1; PUT /2 “hello” => 200 “ok”; 502 of ours, open")
            .But(Rival.Nginx, Reasons.NginxRetries)
            .But(Rival.Haproxy, Reasons.HaproxyRetries),
        Stale("a stale connection and a POST", "POST /2 HTTP/1.1|Host: $host|Content-Length: 5||hello", Close, "GET /1; POST /2 “hello” => 200 “ok”; 502 of ours, open")
            .But(Rival.Haproxy, Reasons.HaproxyRetries),
        Stale("a stale connection and a POST without a body", "POST /2 HTTP/1.1|Host: $host", Close, "GET /1; POST /2 => 200 “ok”; 502 of ours, open")
            .But(Rival.Nginx, Reasons.SaysNothing)
            .But(Rival.Haproxy, Reasons.HaproxyRetries),
        Stale("a stale connection and a PATCH without a body", "PATCH /2 HTTP/1.1|Host: $host", Close, "GET /1; PATCH /2 => 200 “ok”; 502 of ours, open")
            .But(Rival.Nginx, Reasons.SaysNothing)
            .But(Rival.Haproxy, Reasons.HaproxyRetries),
        Stale("a stale connection and an unknown method", "BREW /2 HTTP/1.1|Host: $host", Close, "GET /1; BREW /2 => 200 “ok”; 502 of ours, open")
            .But(Rival.General, Reasons.EmptyContent)
            .But(Rival.Nginx, Reasons.NginxRetries)
            .But(Rival.Haproxy, Reasons.HaproxyRetries),
        new WireCase("a kept connection that breaks in the answer's head")
        {
            Client = [Lines("GET /1 HTTP/1.1|Host: $host"), Answers(1), Lines("GET /2 HTTP/1.1|Host: $host")],
            Backend = [Exchange.Ok, new(Request, Send("HTTP/1.1 200 OK\r\nConte"), Close), Exchange.Ok],
            Want = "GET /1; GET /2 => 200 “ok”; 502 of ours, open",
        }
            .But(Rival.Nginx, Reasons.NginxRetries)
            .But(Rival.Haproxy, Reasons.HaproxyRetries),
        new WireCase("a connection that is stale twice")
        {
            Client = [Lines("GET /1 HTTP/1.1|Host: $host"), Answers(1), Lines("GET /2 HTTP/1.1|Host: $host")],
            Backend = [Exchange.Ok, new(Request, Close), new(Request, Close), Exchange.Ok],
            Want = "GET /1; GET /2; GET /2 on 2 connections => 200 “ok”; 502 of ours, open",
        }
            .But(Rival.General, Reasons.FrameworkRetries)
            .But(Rival.Haproxy, Reasons.HaproxyRetries),
        new WireCase("a connection is kept after HEAD, 204 and 304")
        {
            Client = [Lines("HEAD /1 HTTP/1.1|Host: $host"), Answers(1), Lines("GET /2 HTTP/1.1|Host: $host"), Answers(2), Lines("GET /3 HTTP/1.1|Host: $host"), Answers(3), Lines("GET /4 HTTP/1.1|Host: $host")],
            Backend = [Exchange.Reply("HTTP/1.1 200 OK|Content-Length: 9"), Exchange.Reply("HTTP/1.1 204 No Content"), Exchange.Reply("HTTP/1.1 304 Not Modified"), Exchange.Ok],
            Want = "HEAD /1; GET /2; GET /3; GET /4 => 200; 204; 304; 200 “ok”, open",
        },
        new WireCase("a connection is kept after a chunked answer")
        {
            Client = [Lines("GET /1 HTTP/1.1|Host: $host"), Answers(1), Lines("GET /2 HTTP/1.1|Host: $host")],
            Backend = [Exchange.Reply("HTTP/1.1 200 OK|Transfer-Encoding: chunked||2\r\nok\r\n0\r\n\r\n"), Exchange.Ok],
            Want = "GET /1; GET /2 => 200 “ok”; 200 “ok”, open",
        },
        new WireCase("a connection is kept after an error of the backend")
        {
            Client = [Lines("GET /1 HTTP/1.1|Host: $host"), Answers(1), Lines("GET /2 HTTP/1.1|Host: $host")],
            Backend = [Exchange.Reply("HTTP/1.1 500 Oh|B: 1|Content-Length: 2||no"), Exchange.Ok],
            Want = "GET /1; GET /2 => 500 “no”; 200 “ok”, open",
        },
        new WireCase("a backend that says close and stays")
        {
            Client = [Lines("GET /1 HTTP/1.1|Host: $host"), Answers(1), Lines("GET /2 HTTP/1.1|Host: $host")],
            Backend = [new(Request, Lines("HTTP/1.1 200 OK|Connection: close|Content-Length: 2||ok"), End), Exchange.Ok],
            Want = "GET /1; GET /2 on 2 connections => 200 “ok”; 200 “ok”, open",
        },
        new WireCase("an idle connection on which the backend speaks unasked")
        {
            Client = [Lines("GET /1 HTTP/1.1|Host: $host"), Answers(1), Cue("answered"), Await("spoken"), Lines("GET /2 HTTP/1.1|Host: $host")],
            Backend = [new(Request, Lines("HTTP/1.1 200 OK|Content-Length: 2||ok"), Await("answered"), Send("HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nbad"), Cue("spoken"), End), Exchange.Ok],
            Want = "GET /1; GET /2 on 2 connections => 200 “ok”; 200 “ok”, open",
        },
    ];

    /// <summary>A kept connection that ends just when the next request has come. Only what is safe to do twice may be done again (RFC 9110 9.2.2).</summary>
    private static WireCase Stale(string name, string request, Step how, string want) => new(name)
    {
        Client = [Lines("GET /1 HTTP/1.1|Host: $host"), Answers(1), Lines(request)], Backend = [Exchange.Ok, new(Request, how), Exchange.Ok], Want = want,
    };
}
