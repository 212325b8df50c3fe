using Signalbox.EndToEnd.Differential.Data;
using static Signalbox.EndToEnd.Differential.Data.Do;
using static Signalbox.EndToEnd.Differential.Data.WireCase;

namespace Signalbox.EndToEnd.Differential.Cases;

/// <summary>Answers that are no HTTP, or that have two readings. Nothing of them may pass for whole, and their connection may not be used again.</summary>
internal static class BrokenResponses
{
    public static readonly WireCase[] List =
    [
        Bad("no HTTP at all", "SSH-2.0-OpenSSH_9.2\r\n", "GET /1; GET /2 on 2 connections => 502 of ours; 200 “ok”, open")
            .But(Rival.Nginx, Reasons.LooseAnswers),
        Bad("an answer in HTTP/0.9", "<html>old</html>\r\n\r\n", "GET /1; GET /2 on 2 connections => 502 of ours; 200 “ok”, open")
            .But(Rival.Nginx, Reasons.LooseAnswers),
        Bad("an answer in HTTP/2.0", "HTTP/2.0 200 OK\r\nContent-Length: 2\r\n\r\nok", "GET /1; GET /2 on 2 connections => 502 of ours; 200 “ok”, open")
            .But(Rival.Nginx, Reasons.LooseAnswers)
            .But(Rival.Haproxy, Reasons.LooseAnswers),
        Bad("an answer in HTTP/1.2", "HTTP/1.2 200 OK\r\nContent-Length: 2\r\n\r\nok", "GET /1; GET /2 on 2 connections => 502 of ours; 200 “ok”, open")
            .But(Rival.General, Reasons.FrameworkParser)
            .But(Rival.Nginx, Reasons.LooseAnswers)
            .But(Rival.Haproxy, Reasons.LooseAnswers),
        Bad("a status of two digits", "HTTP/1.1 20 OK\r\nContent-Length: 2\r\n\r\nok", "GET /1; GET /2 on 2 connections => 502 of ours; 200 “ok”, open")
            .But(Rival.Nginx, Reasons.LooseAnswers)
            .But(Rival.Haproxy, Reasons.LooseAnswers),
        Bad("a status of four digits", "HTTP/1.1 2000 OK\r\nContent-Length: 2\r\n\r\nok", "GET /1; GET /2 on 2 connections => 502 of ours; 200 “ok”, open")
            .But(Rival.Nginx, Reasons.LooseAnswers)
            .But(Rival.Haproxy, Reasons.LooseAnswers),
        Bad("a status below 100", "HTTP/1.1 099 OK\r\nContent-Length: 2\r\n\r\nok", "GET /1; GET /2 on 2 connections => 502 of ours; 200 “ok”, open")
            .But(Rival.General, Reasons.FrameworkParser)
            .But(Rival.Nginx, Reasons.LooseAnswers)
            .But(Rival.Haproxy, Reasons.LooseAnswers),
        Bad("a status that is no number", "HTTP/1.1 2x0 OK\r\nContent-Length: 2\r\n\r\nok", "GET /1; GET /2 on 2 connections => 502 of ours; 200 “ok”, open")
            .But(Rival.Nginx, Reasons.LooseAnswers),
        Bad("a small http", "http/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok", "GET /1; GET /2 on 2 connections => 502 of ours; 200 “ok”, open")
            .But(Rival.Nginx, Reasons.LooseAnswers),
        Bad("an empty line before the answer", "\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok", "GET /1; GET /2 on 2 connections => 502 of ours; 200 “ok”, open")
            .But(Rival.Nginx, Reasons.LooseAnswers)
            .But(Rival.Haproxy, Reasons.LooseAnswers),
        Bad("a control character in the reason", "HTTP/1.1 200 O\u0001K\r\nContent-Length: 2\r\n\r\nok", "GET /1; GET /2 on 2 connections => 502 of ours; 200 “ok”, open")
            .But(Rival.General, Reasons.FrameworkParser)
            .But(Rival.Nginx, Reasons.LooseAnswers)
            .But(Rival.Haproxy, Reasons.LooseAnswers),
        Bad("two lengths of the answer that differ", "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\nok!", "GET /1; GET /2 on 2 connections => 502 of ours; 200 “ok”, open")
            .But(Rival.Nginx, Reasons.LooseAnswers),
        Bad("two lengths of the answer that are equal", "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 2\r\n\r\nok", "GET /1; GET /2 on 2 connections => 502 of ours; 200 “ok”, open")
            .But(Rival.Nginx, Reasons.LooseAnswers)
            .But(Rival.Haproxy, Reasons.LooseAnswers),
        Bad("a list of equal lengths of the answer", "HTTP/1.1 200 OK\r\nContent-Length: 2, 2\r\n\r\nok", "GET /1; GET /2 on 2 connections => 502 of ours; 200 “ok”, open")
            .But(Rival.Nginx, Reasons.LooseAnswers)
            .But(Rival.Haproxy, Reasons.LooseAnswers),
        Bad("a length and a coding of the answer", "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n", "GET /1; GET /2 on 2 connections => 502 of ours; 200 “ok”, open")
            .But(Rival.General, Reasons.FrameworkParser)
            .But(Rival.Nginx, Reasons.LooseAnswers)
            .But(Rival.Haproxy, Reasons.LooseAnswers),
        Bad("a length of the answer with a sign", "HTTP/1.1 200 OK\r\nContent-Length: +2\r\n\r\nok", "GET /1; GET /2 on 2 connections => 502 of ours; 200 “ok”, open")
            .But(Rival.Nginx, Reasons.LooseAnswers),
        Bad("a negative length of the answer", "HTTP/1.1 200 OK\r\nContent-Length: -2\r\n\r\nok", "GET /1; GET /2 on 2 connections => 502 of ours; 200 “ok”, open")
            .But(Rival.Nginx, Reasons.LooseAnswers),
        Bad("a length of the answer that is no number", "HTTP/1.1 200 OK\r\nContent-Length: two\r\n\r\nok", "GET /1; GET /2 on 2 connections => 502 of ours; 200 “ok”, open")
            .But(Rival.Nginx, Reasons.LooseAnswers),
        Bad("an empty length of the answer", "HTTP/1.1 200 OK\r\nContent-Length:\r\n\r\nok", "GET /1; GET /2 on 2 connections => 502 of ours; 200 “ok”, open")
            .But(Rival.Nginx, Reasons.LooseAnswers),
        Bad("a length of the answer above 63 bits", "HTTP/1.1 200 OK\r\nContent-Length: 9223372036854775808\r\n\r\nok", "GET /1; GET /2 on 2 connections => 502 of ours; 200 “ok”, open")
            .But(Rival.Nginx, Reasons.LooseAnswers),
        Bad("an unknown coding of the answer", "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip\r\n\r\nok", "GET /1; GET /2 on 2 connections => 502 of ours; 200 “ok”, open")
            .But(Rival.General, Reasons.FrameworkParser)
            .But(Rival.Nginx, Reasons.LooseAnswers),
        Bad("two codings of the answer", "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n", "GET /1; GET /2 on 2 connections => 502 of ours; 200 “ok”, open")
            .But(Rival.General, Reasons.FrameworkParser)
            .But(Rival.Nginx, Reasons.LooseAnswers),
        Bad("a coding of the answer twice", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n", "GET /1; GET /2 on 2 connections => 502 of ours; 200 “ok”, open")
            .But(Rival.General, Reasons.FrameworkParser)
            .But(Rival.Nginx, Reasons.LooseAnswers),
        Bad("white space before a colon of the answer", "HTTP/1.1 200 OK\r\nX-A : 1\r\nContent-Length: 2\r\n\r\nok", "GET /1; GET /2 on 2 connections => 502 of ours; 200 “ok”, open")
            .But(Rival.General, Reasons.FrameworkParser),
        Bad("white space before a name of the answer", "HTTP/1.1 200 OK\r\n X-A: 1\r\nContent-Length: 2\r\n\r\nok", "GET /1; GET /2 on 2 connections => 502 of ours; 200 “ok”, open"),
        Bad("a folded line of the answer", "HTTP/1.1 200 OK\r\nX-A: 1\r\n  2\r\nContent-Length: 2\r\n\r\nok", "GET /1; GET /2 on 2 connections => 502 of ours; 200 “ok”, open")
            .But(Rival.General, Reasons.FrameworkParser)
            .But(Rival.Haproxy, Reasons.LooseAnswers),
        Bad("a line without a colon in the answer", "HTTP/1.1 200 OK\r\nX-A\r\nContent-Length: 2\r\n\r\nok", "GET /1; GET /2 on 2 connections => 502 of ours; 200 “ok”, open")
            .But(Rival.Nginx, Reasons.LooseAnswers),
        Bad("an empty name in the answer", "HTTP/1.1 200 OK\r\n: 1\r\nContent-Length: 2\r\n\r\nok", "GET /1; GET /2 on 2 connections => 502 of ours; 200 “ok”, open"),
        Bad("a name in the answer that is no token", "HTTP/1.1 200 OK\r\nX(A): 1\r\nContent-Length: 2\r\n\r\nok", "GET /1; GET /2 on 2 connections => 502 of ours; 200 “ok”, open")
            .But(Rival.Nginx, Reasons.LooseAnswers),
        Bad("a zero in a response value", "HTTP/1.1 200 OK\r\nX-A: a\0b\r\nContent-Length: 2\r\n\r\nok", "GET /1; GET /2 on 2 connections => 502 of ours; 200 “ok”, open")
            .But(Rival.General, Reasons.FrameworkParser)
            .But(Rival.Haproxy, Reasons.LooseAnswers),
        Bad("a control character in a response value", "HTTP/1.1 200 OK\r\nX-A: a\u0001b\r\nContent-Length: 2\r\n\r\nok", "GET /1; GET /2 on 2 connections => 502 of ours; 200 “ok”, open")
            .But(Rival.Nginx, Reasons.LooseAnswers)
            .But(Rival.Haproxy, Reasons.LooseAnswers),
        Bad("a bare carriage return in a response value", "HTTP/1.1 200 OK\r\nX-A: a\rb\r\nContent-Length: 2\r\n\r\nok", "GET /1; GET /2 on 2 connections => 502 of ours; 200 “ok”, open")
            .But(Rival.General, Reasons.FrameworkParser),
        Bad("bare line feeds in the answer's head", "HTTP/1.1 200 OK\nContent-Length: 2\n\nok", "GET /1; GET /2 on 2 connections => 502 of ours; 200 “ok”, open")
            .But(Rival.General, Reasons.FrameworkParser)
            .But(Rival.Nginx, Reasons.LooseAnswers)
            .But(Rival.Haproxy, Reasons.LooseAnswers),
        Bad("a chunk size of the answer that is no number", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nx\r\nok\r\n0\r\n\r\n", "GET /1 => nothing, closed")
            .But(Rival.General, Reasons.WhenSeen)
            .But(Rival.Haproxy, Reasons.WhenSeen),
        Bad("a chunk size of the answer with a sign", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n-2\r\nok\r\n0\r\n\r\n", "GET /1 => nothing, closed")
            .But(Rival.General, Reasons.WhenSeen)
            .But(Rival.Haproxy, Reasons.WhenSeen),
        Bad("a chunk size of the answer above 63 bits", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n8000000000000000\r\nok", "GET /1 => nothing, closed")
            .But(Rival.Haproxy, Reasons.WhenSeen),
        Bad("a chunk of the answer that is longer than it says", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nok\r\n0\r\n\r\n", "GET /1 => nothing, closed")
            .But(Rival.General, Reasons.WhenSeen)
            .But(Rival.Haproxy, Reasons.WhenSeen),
        Bad("chunk lines of the answer that end with a bare line feed", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\nok\n0\n\n", "GET /1 => nothing, closed")
            .But(Rival.General, Reasons.FrameworkParser)
            .But(Rival.Nginx, Reasons.LooseAnswers)
            .But(Rival.Haproxy, Reasons.LooseAnswers),
        Bad("an answer that is longer than it says", "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok and more", "GET /1; GET /2 on 2 connections => 200 “ok”; 200 “ok”, open"),
        Bad("two answers to one request", "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nokHTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nbad", "GET /1; GET /2 on 2 connections => 200 “ok”; 200 “ok”, open"),
        Bad("a body after 204", "HTTP/1.1 204 No Content\r\n\r\nbody", "GET /1; GET /2 on 2 connections => 204; 200 “ok”, open"),
        Bad("a body after 304", "HTTP/1.1 304 Not Modified\r\nContent-Length: 4\r\n\r\nbody", "GET /1; GET /2 on 2 connections => 304; 200 “ok”, open"),
        Bad("a switch of protocols nobody asked for", "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: x\r\n\r\nhello", "GET /1; GET /2 on 2 connections => 502 of ours; 200 “ok”, open")
            .But(Rival.Nginx, Reasons.LooseAnswers),
    ];

    /// <summary>The backend sends this and closes; a second request shows whether anything of it was taken for that one's answer.</summary>
    private static WireCase Bad(string name, string answer, string want) => new(name)
    {
        Client = [Lines("GET /1 HTTP/1.1|Host: $host"), Answers(1), Await("closed"), Lines("GET /2 HTTP/1.1|Host: $host")],
        Backend = [new(Request, Send(answer), Close, Cue("closed")), Exchange.Ok],
        Want = want,
    };
}
