using Signalbox.Benchmarks.Frame;
using Signalbox.EndToEnd.Support;

namespace Signalbox.Benchmarks.Backends;

/// <summary>
/// The service behind all routers: nginx with as many workers as cores. <c>/</c> answers 45 bytes that are in its config, <c>/1m</c> a file of a megabyte
/// that the kernel holds in memory. Its processor time is nobody's.
/// </summary>
internal sealed class AnswerBackend(Workshop workshop)
{
    /// <summary>45 bytes.</summary>
    private const string Body = "Hello from the service behind all the routers";

    public const int LargeBytes = 1_000_000;

    private readonly string _folder = workshop.NewFolder("backend");

    public int Port { get; } = PortPool.Take();

    public string ConfigText { get; private set; } = "";

    public async Task StartAsync()
    {
        File.WriteAllBytes(Path.Combine(_folder, "1m"), new byte[LargeBytes]);
        ConfigText = $$"""
            daemon off;
            {{Workshop.NginxUser}}
            pid {{_folder}}/nginx.pid;
            worker_processes {{Workshop.Cores}};
            worker_rlimit_nofile 65536;
            error_log stderr crit;
            events { worker_connections 32768; }
            http {
              access_log off;
              sendfile on;
              tcp_nopush on;
              keepalive_timeout 300s;
              keepalive_requests 1000000000;
              open_file_cache max=16 inactive=1h;
              client_body_temp_path {{_folder}}; proxy_temp_path {{_folder}}; fastcgi_temp_path {{_folder}}; uwsgi_temp_path {{_folder}}; scgi_temp_path {{_folder}};
              server {
                listen 127.0.0.1:{{Port}} reuseport backlog=4096;
                default_type text/plain;
                location = / { return 200 "{{Body}}"; }
                location / { root {{_folder}}; }
              }
            }
            """;
        var file = Path.Combine(_folder, "nginx.conf");
        File.WriteAllText(file, ConfigText);
        var child = workshop.Start("nginx", ["-c", file, "-e", "stderr", "-p", _folder]);
        await Probe.AnswersAsync(Port, "backend", child);
    }
}
