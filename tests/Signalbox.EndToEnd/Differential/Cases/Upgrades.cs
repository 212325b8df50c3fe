using Signalbox.EndToEnd.Differential.Data;
using static Signalbox.EndToEnd.Differential.Data.Do;
using static Signalbox.EndToEnd.Differential.Data.WireCase;

namespace Signalbox.EndToEnd.Differential.Cases;

/// <summary>Leaving HTTP: WebSocket and any other protocol.</summary>
internal static class Upgrades
{
    public const string WebSocket =
        "GET /ws HTTP/1.1|Host: $host|Connection: Upgrade|Upgrade: websocket|Sec-WebSocket-Version: 13|Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==";

    public const string Accepted = "HTTP/1.1 101 Switching Protocols|Connection: Upgrade|Upgrade: websocket|Sec-WebSocket-Accept: $accept";

    public static readonly WireCase[] List =
    [
        new WireCase("an upgrade and talk both ways")
        {
            Client = [Lines(WebSocket), Heads(1), Send("ping"), Tunnelled("pong"), Send("bye"), Tunnelled("ciao"), Close],
            Backend = [new(SwitchingRequest, Lines(Accepted), Tunnelled("ping"), Send("pong"), Tunnelled("bye"), Send("ciao"), End)],
            Want = "GET /ws; tunnel “pingbye” => 101; tunnel “pongciao”, left",
        },
        new WireCase("an upgrade to a protocol of one's own")
        {
            Client = [Lines("GET / HTTP/1.1|Host: $host|Connection: upgrade|Upgrade: own/1"), Heads(1), Send("ping"), Tunnelled("pong"), Close],
            Backend = [new(SwitchingRequest, Lines("HTTP/1.1 101 Switching Protocols|Connection: upgrade|Upgrade: own/1"), Tunnelled("ping"), Send("pong"), End)],
            Want = "GET /; tunnel “ping” => 101; tunnel “pong”, left",
        },
        new WireCase("a backend that speaks at once after the switch")
        {
            Client = [Lines(WebSocket), Tunnelled("hello"), Close], Backend = [new(SwitchingRequest, Lines(Accepted + "||hello"), End)], Want = "GET /ws => 101; tunnel “hello”, left",
        },
        new WireCase("an upgrade that is refused")
        {
            Client = [Lines(WebSocket), Answers(1), Lines("GET /2 HTTP/1.1|Host: $host")],
            Backend = [Exchange.Reply("HTTP/1.1 403 Forbidden|B: 1|Content-Length: 2||no"), Exchange.Ok],
            Want = "GET /ws; GET /2 => 403 “no”; 200 “ok”, open",
        }
            .But(Rival.General, Reasons.UpgradeConnection),
        new WireCase("an upgrade that is ignored")
        {
            Client = [Lines(WebSocket), Answers(1), Lines("GET /2 HTTP/1.1|Host: $host")], Backend = [Exchange.Ok, Exchange.Ok], Want = "GET /ws; GET /2 => 200 “ok”; 200 “ok”, open",
        }
            .But(Rival.General, Reasons.UpgradeConnection),
        new WireCase("a backend that ends the tunnel")
        {
            Client = [Lines(WebSocket), Heads(1), Send("ping"), Tunnelled("pong"), End],
            Backend = [new(SwitchingRequest, Lines(Accepted), Tunnelled("ping"), Send("pong"), Close)],
            Want = "GET /ws; tunnel “ping” => 101; tunnel “pong”, closed",
        },
        new WireCase("a client that ends its side of the tunnel, and the backend talks on")
        {
            Client = [Lines(WebSocket), Heads(1), Send("ping"), FinishSending, Tunnelled("pong"), End],
            Backend = [new(SwitchingRequest, Lines(Accepted), Tunnelled("ping"), End, Send("pong"), Close)],
            Want = "GET /ws; tunnel “ping” => 101; tunnel “pong”, closed",
        }
            .But(Rival.Nginx, Reasons.HalfClose),
        new WireCase("a client that resets the tunnel")
        {
            Client = [Lines(WebSocket), Heads(1), Send("ping"), Await("ping"), Reset],
            Backend = [new(SwitchingRequest, Lines(Accepted), Tunnelled("ping"), Cue("ping"), End)],
            Want = "GET /ws; tunnel “ping” => 101, left",
        },
        new WireCase("a megabyte through a tunnel, both ways")
        {
            Client = [Lines(WebSocket), Heads(1), Send(new string('x', 1_000_000) + "."), Tunnelled("."), Close],
            Backend = [new(SwitchingRequest, Lines(Accepted), Tunnelled("."), Send(new string('y', 1_000_000) + "."), End)],
            Want = "GET /ws; tunnel 1000001 octets => 101; tunnel 1000001 octets, left",
        },
        new WireCase("Upgrade without Connection")
        {
            Client = [Lines("GET / HTTP/1.1|Host: $host|Upgrade: websocket")], Backend = [Exchange.Ok], Want = "GET / => 200 “ok”, open",
        }
            .But(Rival.Nginx, Reasons.HopByHop)
            .But(Rival.Haproxy, Reasons.HopByHop),
        new WireCase("Connection: upgrade without Upgrade")
        {
            Client = [Lines("GET / HTTP/1.1|Host: $host|Connection: upgrade")], Backend = [Exchange.Ok], Want = "GET / => 200 “ok”, open",
        },
        new WireCase("an upgrade in HTTP/1.0")
        {
            Client = [Lines("GET / HTTP/1.0|Host: $host|Connection: upgrade|Upgrade: websocket")], Backend = [Exchange.Ok], Want = "GET / => 200 “ok”, closed",
        }
            .But(Rival.Haproxy, Reasons.OldUpgrade),
        new WireCase("a switch to another protocol than was asked for")
        {
            Client = [Lines(WebSocket), Heads(1), Close], Backend = [new(SwitchingRequest, Lines("HTTP/1.1 101 Switching Protocols|Connection: upgrade|Upgrade: other"), End)], Want = "GET /ws => 101, left",
        },
        new WireCase("an upgrade whose backend closes without an answer")
        {
            Client = [Lines(WebSocket), Answers(1)], Backend = [new(SwitchingRequest, Close)], Want = "GET /ws => 502 of ours, open",
        },
    ];
}
