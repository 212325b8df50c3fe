using Signalbox.EndToEnd.Differential.Playing;

namespace Signalbox.EndToEnd.Differential.Contestants;

/// <summary>nginx, set up the way one does for a faithful proxy: nothing buffered, connections to backends kept, upgrades and field names let through.</summary>
internal sealed class NginxContestant : ProgramContestant
{
    public override string Name => "nginx";

    protected override (string Program, string[] Arguments) Command(string config, string folder) => ("nginx", ["-p", folder, "-c", config, "-e", "stderr"]);

    // One process: with several, each has connections of its own to the backends.
    protected override string ConfigOf(IReadOnlyList<BackendOfHost> routes, string folder) => $$"""
        daemon off;
        master_process off;
        pid {{folder}}/pid;
        error_log stderr crit;
        events { worker_connections 8192; }
        http {
          access_log off;
          client_body_temp_path {{folder}}/1;
          proxy_temp_path {{folder}}/2;
          fastcgi_temp_path {{folder}}/3;
          uwsgi_temp_path {{folder}}/4;
          scgi_temp_path {{folder}}/5;
          client_max_body_size 0;
          ssl_certificate {{Certificate}};
          ssl_certificate_key {{Certificate}};
          client_header_timeout {{Limits.Head.TotalSeconds}}s;
          large_client_header_buffers 8 64k;
          underscores_in_headers on;
          proxy_http_version 1.1;
          proxy_request_buffering off;
          proxy_buffering off;
          proxy_buffer_size 64k;
          proxy_buffers 8 64k;
          proxy_busy_buffers_size 128k;
          proxy_connect_timeout 2s;
          map $http_upgrade $connection_upgrade { default upgrade; '' ''; }
        {{string.Join('\n', routes.Select(route => $"  upstream {route.Label} {{ server {route.Backend}; keepalive 32; }}"))}}
          server {
            listen 127.0.0.1:{{Port}} default_server;
            listen 127.0.0.1:{{SecurePort}} default_server ssl http2;
            return 404;
          }
          server {
            listen 127.0.0.1:{{Port}};
            listen 127.0.0.1:{{SecurePort}} ssl http2;
            server_name ~^(?<label>[a-z0-9]+)\.localhost$;
            location = {{ClientPart.ProbePath}} {
              proxy_pass http://{{ClientPart.ProbeLabel}};
            }
            location / {
              proxy_pass http://$label;
              proxy_set_header Host $http_host;
              proxy_set_header X-Forwarded-For $remote_addr;
              proxy_set_header X-Forwarded-Proto $scheme;
              proxy_set_header Upgrade $http_upgrade;
              proxy_set_header Connection $connection_upgrade;
            }
          }
        }
        """;
}
