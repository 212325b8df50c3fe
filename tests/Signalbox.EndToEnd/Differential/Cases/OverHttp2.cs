using System.Text.RegularExpressions;
using Signalbox.EndToEnd.Differential.Data;
using Signalbox.EndToEnd.Differential.Wires;
using static Signalbox.EndToEnd.Differential.Data.Do;

namespace Signalbox.EndToEnd.Differential.Cases;

/// <summary>HTTP/2 over TLS.</summary>
internal static partial class OverHttp2
{
    private static readonly WireCase[] OwnCases =
    [
        new WireCase("a stream that is reset before the answer")
        {
            Client = [Lines("GET / HTTP/1.1|Host: $host"), Await("asked"), Abandon], Backend = [new(Request, Cue("asked"), End)], Want = "GET / => no answer, open",
        },
        new WireCase("a stream that is reset in the middle of a download")
        {
            Client = [Lines("GET / HTTP/1.1|Host: $host"), Body("hello"), Abandon],
            Backend = [new(Request, Lines("HTTP/1.1 200 OK|Content-Length: 10||hello"), End)],
            Want = "GET / => 200 cut, open",
        },
        new WireCase("a stream that is reset in the middle of an upload")
        {
            Client = [Lines("POST / HTTP/1.1|Host: $host|Content-Length: 10||hello"), Await("came"), Abandon],
            Backend = [new(Body("hello"), Cue("came"), End)],
            Want = "POST / cut => no answer, open",
        },
        new WireCase("a stream that is reset, and the next request")
        {
            Client = [Lines("GET /1 HTTP/1.1|Host: $host"), Await("asked"), Abandon, Lines("GET /2 HTTP/1.1|Host: $host")],
            Backend = [new(Request, Cue("asked"), End), Exchange.Ok],
            Want = "GET /1; GET /2 on 2 connections => no answer; 200 “ok”, open",
        },
        new WireCase("a stream of a WebSocket that is reset")
        {
            Client = [Lines(Upgrades.WebSocket), Heads(1), Send("ping"), Await("ping"), Abandon],
            Backend = [new(SwitchingRequest, Lines(Upgrades.Accepted), Tunnelled("ping"), Cue("ping"), End)],
            Want = "GET /ws; tunnel “ping” => 101, open",
        },
    ];

    private static readonly IEnumerable<WireCase> Sources =
        [.. Methods.List, .. Sizes.List, .. Statuses.List, .. EarlyAnswers.List, .. Interims.List, .. Trailers.List, .. BrokenConnections.List, .. Upgrades.List, .. OwnCases];

    /// <summary>What HTTP/2 cannot say or says in frames of its own, and a client that waits for an interim answer, which none gets.</summary>
    private static readonly string[] NotThere =
    [
        "CONNECT", "a method that is no token", "a client that ends its sending before the answer", "a client that ends its side of the tunnel, and the backend talks on",
        "103 to HTTP/1.0", "a trailer of the answer to HTTP/1.0", "a trailer of the request that is no field",
        "an upgrade to a protocol of one's own", "Upgrade without Connection", "Connection: upgrade without Upgrade", "an upgrade in HTTP/1.0",
        "a switch to another protocol than was asked for", "103 long before the answer",
    ];

    private static readonly string[] Interim = ["103", "102", "103 twice", "199", "103 before the answer to HEAD", "103 before the answer to an upload", "103 and nothing more"];

    private static readonly string[] AnswerTrailers =
    [
        "a trailer of the answer", "a trailer of the answer that nobody asked for", "a trailer of the answer that was not announced", "two trailers of the answer",
        "a trailer of the answer that frames", "a trailer behind nothing", "a trailer that comes late",
    ];

    private static readonly string[] Reasoned = ["an empty reason", "no reason and no space before it", "a reason above ASCII"];

    private static readonly string[] CutAnswers =
    [
        "a backend that closes in a body of known length", "a backend that resets in a body of known length", "a backend that closes in a chunk",
        "a backend that resets in a chunk", "a backend that closes between chunks", "a backend that closes before the end of the trailers",
        "a chunk behind which there is no line end", "a chunk size in the middle that is no number", "a backend that closes before a body has begun",
        "a backend that cuts a large body",
    ];

    private static readonly string[] WithoutAnswer =
    [
        "a backend that closes without an answer", "a backend that resets without an answer", "a backend that closes in the status line",
        "a backend that closes in the head", "a backend that resets in the head", "a backend that closes in the middle of an upload",
        "an upgrade whose backend closes without an answer",
    ];

    private static readonly string[] Tunnels =
    [
        "an upgrade and talk both ways", "a backend that speaks at once after the switch", "an upgrade that is ignored", "a client that resets the tunnel", "a backend that ends the tunnel",
        "a megabyte through a tunnel, both ways", "a stream of a WebSocket that is reset",
    ];

    /// <summary>What differs over HTTP/1.1 and not here.</summary>
    private static readonly (Rival Rival, string[] Cases)[] Alike =
    [
        (Rival.General, [.. Interim, .. AnswerTrailers, "an upgrade that is ignored"]),
        (Rival.Nginx, ["204 with a length", .. Reasoned, "an early refusal, and the upload goes on", "a trailer of the request that frames"]),
        (Rival.Haproxy, ["HEAD of a chunked answer", "a large download that ends with its connection", .. Reasoned, "a trailer of the answer that frames", "a trailer of the request that frames"]),
    ];

    /// <summary>What differs here and not over HTTP/1.1.</summary>
    private static readonly (Rival Rival, string Reason, string[] Cases)[] Unlike =
    [
        (Rival.General, Reasons.FrameworkTrailers, ["a trailer of the request that frames"]),
        (Rival.Nginx, Reasons.NginxTe, ["a trailer of the request that frames"]),
        (Rival.Nginx, Reasons.HeadHeldBack, ["an early answer, and the upload goes on to the backend", "a backend that closes before a body has begun"]),
        (Rival.Nginx, Reasons.NoExtendedConnect, [.. Tunnels, "an upgrade that is refused", "an upgrade whose backend closes without an answer"]),
        (Rival.Haproxy, Reasons.Http2Interims, Interim),
        (Rival.Haproxy, Reasons.LooksWhole, CutAnswers),
        (Rival.Haproxy, Reasons.StreamReset, WithoutAnswer),
        (Rival.Haproxy, Reasons.ExtendedConnect, Tunnels),
        (Rival.Haproxy, Reasons.LengthAndTrailers, ["a trailer behind nothing"]),
        (Rival.Haproxy, Reasons.HaproxyNoContent, ["204 with a length"]),
        (Rival.Haproxy, Reasons.FramingTrailers, ["a trailer of the request that frames"]),
    ];

    public static readonly WireCase[] List = [.. Sources.Where(@case => !NotThere.Contains(@case.Name)).Select(Carried)];

    private static WireCase Carried(WireCase @case)
    {
        var carried = @case.Over(Carrier.Http2, WantOf(@case)).Like(Alike.Where(alike => alike.Cases.Contains(@case.Name)).Select(alike => alike.Rival));
        foreach (var (rival, reason, cases) in Unlike)
        {
            if (cases.Contains(@case.Name)) carried = carried.But(rival, reason);
        }

        return carried;
    }

    /// <summary>A cut or an end takes a stream, and the connection stays; interim answers and what frames go no further.</summary>
    private static string WantOf(WireCase @case) => @case.Name switch
    {
        "an upgrade that is ignored" => "GET /ws; GET /2 on 2 connections => 502 of ours; 200 “ok”, open",
        "a trailer of the request that frames" => "POST / “hello” (x-sum: 1) => 200 “ok”, open",
        "a backend that ends the tunnel" => "GET /ws; tunnel “ping” => 101; tunnel “pong”, open",
        _ => InterimAnswer().Replace(@case.Want, "").Replace(" cut, closed", " cut, open", StringComparison.Ordinal),
    };

    [GeneratedRegex(@"\b(102|103|199); ")]
    private static partial Regex InterimAnswer();
}
