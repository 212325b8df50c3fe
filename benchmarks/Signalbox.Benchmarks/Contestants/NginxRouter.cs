using System.Text;
using Signalbox.Benchmarks.Backends;
using Signalbox.Benchmarks.Frame;
using Signalbox.EndToEnd.Support;

namespace Signalbox.Benchmarks.Contestants;

/// <summary>nginx with one server block a host. A change is what its users do: the config is written anew and the master told to read it.</summary>
internal sealed class NginxRouter(Workshop workshop) : Contestant(Names.Nginx)
{
    private readonly string _folder = workshop.NewFolder("nginx");
    private readonly List<RoutedHost> _hosts = [];
    private ChildProcess? _child;

    public override string Version { get; } = Tool.FirstLine("nginx", "-v").Replace("nginx version: ", "", StringComparison.Ordinal);

    public override int HttpPort { get; } = PortPool.Take();

    public override int HttpsPort { get; } = PortPool.Take();

    public override int Process => _child!.Id;

    public override string ConfigText => Config(_hosts.Take(4));

    /// <summary>
    /// In the servers with TLS alone. Told once for all, each server, also one without TLS, would load it for itself at every start and reload: 2 ms and
    /// 30 KB a host.
    /// </summary>
    private string Certificate => $"ssl_certificate {workshop.CertificateFile}; ssl_certificate_key {workshop.KeyFile};";

    public override bool Can(Feature feature) => true;

    public override async Task StartAsync(RouteLayout layout)
    {
        _hosts.Clear();
        _hosts.AddRange(layout.Hosts);
        var file = Write();
        _child = workshop.Start("nginx", ["-c", file, "-e", "stderr", "-p", _folder]);
        await AnswersAsync(layout, _child);
    }

    public override Task StopAsync() => Workshop.EndAsync(_child);

    public override Task ChangeRouteAsync(string host, int backend)
    {
        const int hangUp = 1;
        var at = _hosts.FindIndex(routed => routed.Host == host);
        if (at >= 0) _hosts[at] = _hosts[at] with { Backend = backend };
        else _hosts.Add(new RoutedHost(host, backend));
        Write();
        _child!.Signal(hangUp);
        // nginx does not say when it is done; its clients see it.
        return Task.CompletedTask;
    }

    public override async ValueTask DisposeAsync() => await Workshop.EndAsync(_child);

    private string Write()
    {
        var file = Path.Combine(_folder, "nginx.conf");
        File.WriteAllText(file, Config(_hosts));
        return file;
    }

    private string Config(IEnumerable<RoutedHost> hosts)
    {
        var listed = hosts.ToList();
        var text = new StringBuilder($$"""
            daemon off;
            {{Workshop.NginxUser}}
            pid {{_folder}}/nginx.pid;
            worker_processes {{Workshop.Cores}};
            worker_rlimit_nofile 65536;
            error_log stderr crit;
            events { worker_connections 32768; }
            http {
              access_log off;
              server_tokens off;
              tcp_nodelay on;
              keepalive_timeout 130s;
              keepalive_requests 1000000000;
              # Above 10,000 and below a hundred times the names, nginx begins at the largest size; outside of that it tries one size after the other.
              server_names_hash_max_size {{Math.Max(1024, 20 * listed.Count)}};
              server_names_hash_bucket_size 512;
              client_body_temp_path {{_folder}}; proxy_temp_path {{_folder}}; fastcgi_temp_path {{_folder}}; uwsgi_temp_path {{_folder}}; scgi_temp_path {{_folder}};
              client_max_body_size 0;
              client_body_buffer_size 64k;

              ssl_protocols TLSv1.3;
              ssl_session_cache shared:tls:10m;

              # Bodies pass through in both directions and never by way of a file.
              proxy_request_buffering off;
              proxy_max_temp_file_size 0;
              proxy_buffer_size 16k;
              proxy_buffers 8 16k;
              proxy_read_timeout 1h;
              proxy_http_version 1.1;
              map $http_upgrade $connection_wanted { default upgrade; '' ''; }
              proxy_set_header Connection $connection_wanted;
              proxy_set_header Upgrade $http_upgrade;
              proxy_set_header Host $host;
              proxy_set_header X-Forwarded-For $remote_addr;
              proxy_set_header X-Forwarded-Proto $scheme;
              proxy_set_header X-Forwarded-Host $host;
              proxy_set_header Forwarded "for=$remote_addr;host=$host;proto=$scheme";
              proxy_set_header Via "1.1 bench";

              server { listen 127.0.0.1:{{HttpPort}} default_server reuseport backlog=4096; return 404; }
              server { listen 127.0.0.1:{{HttpsPort}} default_server ssl http2 reuseport backlog=4096; {{Certificate}} return 404; }

            """);
        foreach (var port in listed.Select(routed => routed.Backend).Distinct())
            text.Append($"  upstream b{port} {{ server 127.0.0.1:{port}; keepalive 1024; keepalive_requests 1000000000; }}\n");
        foreach (var routed in listed)
        {
            var listen = routed.Tls ? $"{HttpsPort} ssl http2" : $"{HttpPort}";
            text.Append($"  server {{ listen 127.0.0.1:{listen}; {(routed.Tls ? Certificate : "")} server_name {routed.Host}; location / {{ proxy_pass http://b{routed.Backend}; }} }}\n");
        }

        return text.Append("}\n").ToString();
    }
}
