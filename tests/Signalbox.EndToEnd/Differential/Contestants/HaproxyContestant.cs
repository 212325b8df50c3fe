using Signalbox.EndToEnd.Differential.Playing;

namespace Signalbox.EndToEnd.Differential.Contestants;

/// <summary>HAProxy, with connections to backends kept and used by everybody.</summary>
internal sealed class HaproxyContestant : ProgramContestant
{
    public override string Name => "HAProxy";

    protected override (string Program, string[] Arguments) Command(string config, string folder) => ("haproxy", ["-db", "-q", "-f", config]);

    // One thread: with several, each has connections of its own to the backends.
    protected override string ConfigOf(IReadOnlyList<BackendOfHost> routes, string folder) => $$"""
        global
          nbthread 1
          maxconn 8192
          tune.bufsize 131072
          tune.http.maxhdr 250
        defaults
          mode http
          retries 1
          http-reuse always
          option http-keep-alive
          option abortonclose
          timeout http-request {{Limits.Head.TotalMilliseconds}}
          timeout connect 2s
          timeout client 30s
          timeout server 30s
          timeout tunnel 30s
          timeout http-keep-alive 30s
        frontend all
          bind 127.0.0.1:{{Port}}
          bind 127.0.0.1:{{SecurePort}} ssl crt {{Certificate}} alpn h2,http/1.1
          http-request set-header X-Forwarded-For %[src]
          http-request set-header X-Forwarded-Proto https if { ssl_fc }
          http-request set-header X-Forwarded-Proto http unless { ssl_fc }
          use_backend {{ClientPart.ProbeLabel}} if { path {{ClientPart.ProbePath}} }
          use_backend %[req.hdr(host),field(1,.)]
        {{string.Join('\n', routes.Select(route => $"backend {route.Label}\n  server one {route.Backend}"))}}

        """;
}
