using Signalbox.EndToEnd.Differential.Data;
using static Signalbox.EndToEnd.Differential.Data.WireCase;

namespace Signalbox.EndToEnd.Differential.Cases;

/// <summary>Targets go through as they came.</summary>
internal static class Targets
{
    public static readonly WireCase[] List =
    [
        Asking("a query", "GET /a/b?c=d&e=f HTTP/1.1|Host: $host", "GET /a/b?c=d&e=f => 200 “ok”, open"),
        Asking("an empty query", "GET /a? HTTP/1.1|Host: $host", "GET /a? => 200 “ok”, open"),
        Asking("dots in the path", "GET /a/./b/../c HTTP/1.1|Host: $host", "GET /a/c => 200 “ok”, open")
            .But(Rival.Nginx, Reasons.DotSegments)
            .But(Rival.Haproxy, Reasons.DotSegments),
        Asking("dots that lead out of the root", "GET /../../a HTTP/1.1|Host: $host", "GET /a => 200 “ok”, open")
            .But(Rival.Nginx, Reasons.DotSegments)
            .But(Rival.Haproxy, Reasons.DotSegments),
        Asking("encoded dots", "GET /a/%2e%2e/c HTTP/1.1|Host: $host", "GET /c => 200 “ok”, open")
            .But(Rival.Nginx, Reasons.DotSegments)
            .But(Rival.Haproxy, Reasons.DotSegments),
        Asking("two slashes", "GET //a//b HTTP/1.1|Host: $host", "GET //a//b => 200 “ok”, open"),
        Asking("an encoded slash", "GET /a%2fb HTTP/1.1|Host: $host", "GET /a%2fb => 200 “ok”, open"),
        Asking("an encoded zero", "GET /a%00b HTTP/1.1|Host: $host", "nothing => 400 of ours, closed")
            .But(Rival.Haproxy, Reasons.TargetCharacters),
        Asking("a broken encoding", "GET /a%zzb HTTP/1.1|Host: $host", "GET /a%zzb => 200 “ok”, open")
            .But(Rival.Nginx, Reasons.Decoding),
        Asking("small and capital hexadecimal digits", "GET /%c3%A9 HTTP/1.1|Host: $host", "GET /%c3%A9 => 200 “ok”, open"),
        Asking("characters that should be encoded", "GET /a?b={}<>^`\" HTTP/1.1|Host: $host", "GET /a?b={}<>^`\" => 200 “ok”, open"),
        Asking("a backslash", "GET /a\\b HTTP/1.1|Host: $host", "GET /a\\b => 200 “ok”, open"),
        Asking("octets above ASCII", "GET /\u00c3\u00a9 HTTP/1.1|Host: $host", "nothing => 400 of ours, closed")
            .But(Rival.Nginx, Reasons.TargetCharacters),
        Asking("a fragment", "GET /a#b HTTP/1.1|Host: $host", "nothing => 400 of ours, closed")
            .But(Rival.Nginx, Reasons.TargetCharacters),
        Asking("absolute form", "GET http://$host/a?b HTTP/1.1|Host: $host", "GET /a?b => 200 “ok”, open")
            .But(Rival.Haproxy, Reasons.AbsoluteForm),
        Asking("absolute form of another host", "GET http://other.localhost/a HTTP/1.1|Host: $host", "nothing => 400 of ours, closed")
            .But(Rival.Nginx, Reasons.OneHost),
        Asking("asterisk form", "OPTIONS * HTTP/1.1|Host: $host", "nothing => 204, open")
            .But(Rival.Nginx, Reasons.Asterisk)
            .But(Rival.Haproxy, Reasons.Asterisk),
        Asking("a target of 8000 octets", "GET /" + new string('x', 7999) + " HTTP/1.1|Host: $host", "GET (8000 octets) => 200 “ok”, open"),
        Asking("a target of 100,000 octets", "GET /" + new string('x', 99_999) + " HTTP/1.1|Host: $host", "nothing => 414 of ours, closed")
            .But(Rival.Haproxy, Reasons.OtherLimit),
        Asking("a target that is no path", "GET a/b HTTP/1.1|Host: $host", "nothing => 400 of ours, closed"),
        Asking("a space in the target", "GET /a b HTTP/1.1|Host: $host", "nothing => 400 of ours, closed"),
    ];
}
