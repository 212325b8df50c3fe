using System.Net.Sockets;
using System.Text;
using Signalbox.Benchmarks.Frame;
using Signalbox.EndToEnd.Support;

namespace Signalbox.Benchmarks.Contestants;

/// <summary>
/// HAProxy with its hosts in a map, which is how its users keep many. A host that moves to a backend it knows is changed in the running process
/// (<c>set map</c>); for a new backend the config is written anew and the master told to read it.
/// </summary>
internal sealed class HaProxyRouter(Workshop workshop) : Contestant(Names.HaProxy)
{
    private readonly string _folder = workshop.NewFolder("haproxy");
    private readonly Dictionary<string, RoutedHost> _hosts = [];
    private ChildProcess? _child;

    public override string Version { get; } = Tool.FirstLine("haproxy", "-v");

    public override int HttpPort { get; } = PortPool.Take();

    public override int HttpsPort { get; } = PortPool.Take();

    public override int Process => _child!.Id;

    public override string ConfigText => $"{Config()}# hosts.map\n{Map(_hosts.Values.Where(routed => !routed.Tls).Take(4))}";

    private string Socket => Path.Combine(_folder, "admin.sock");

    private string PlainMap => Path.Combine(_folder, "hosts.map");

    private string SecureMap => Path.Combine(_folder, "secure.map");

    public override bool Can(Feature feature) => true;

    public override async Task StartAsync(RouteLayout layout)
    {
        _hosts.Clear();
        foreach (var routed in layout.Hosts) _hosts[routed.Host] = routed;
        _child = workshop.Start("haproxy", ["-W", "-f", Write()]);
        await AnswersAsync(layout, _child);
    }

    public override Task StopAsync() => Workshop.EndAsync(_child);

    public override async Task ChangeRouteAsync(string host, int backend)
    {
        const int user2 = 12;
        var known = _hosts.Values.Any(routed => routed.Backend == backend);
        var added = !_hosts.ContainsKey(host);
        _hosts[host] = new RoutedHost(host, backend);
        if (known)
        {
            var answer = await CommandAsync($"{(added ? "add" : "set")} map {PlainMap} {host} b{backend}");
            if (answer.Trim().Length > 0) throw new InvalidOperationException($"HAProxy said: {answer.Trim()}");
            return;
        }

        Write();
        // It does not say when it is done; its clients see it.
        _child!.Signal(user2);
    }

    public override async ValueTask DisposeAsync() => await Workshop.EndAsync(_child);

    private async Task<string> CommandAsync(string command)
    {
        using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        await socket.ConnectAsync(new UnixDomainSocketEndPoint(Socket));
        await socket.SendAsync(Encoding.ASCII.GetBytes($"{command}\n"));
        using var reader = new StreamReader(new NetworkStream(socket));
        return await reader.ReadToEndAsync();
    }

    private string Write()
    {
        File.WriteAllText(PlainMap, Map(_hosts.Values.Where(routed => !routed.Tls)));
        File.WriteAllText(SecureMap, Map(_hosts.Values.Where(routed => routed.Tls)));
        var file = Path.Combine(_folder, "haproxy.cfg");
        File.WriteAllText(file, Config());
        return file;
    }

    private static string Map(IEnumerable<RoutedHost> hosts) => string.Concat(hosts.Select(routed => $"{routed.Host} b{routed.Backend}\n"));

    private string Config()
    {
        var text = new StringBuilder($"""
            global
              nbthread {Workshop.Cores}
              stats socket {Socket} mode 600 level admin
            defaults
              mode http
              timeout connect 5s
              timeout client 130s
              timeout server 1h
              timeout tunnel 1h
              timeout http-keep-alive 130s
              http-reuse always
            frontend plain
              bind 127.0.0.1:{HttpPort} shards by-thread backlog 4096
              http-request set-header X-Forwarded-For %[src]
              http-request set-header X-Forwarded-Host %[req.hdr(host)]
              http-request set-header Via "1.1 bench"
              http-request set-header X-Forwarded-Proto http
              http-request set-header Forwarded for=%[src];host=%[req.hdr(host)];proto=http
              use_backend %[req.hdr(host),field(1,:),lower,map({PlainMap})]
            frontend secure
              bind 127.0.0.1:{HttpsPort} shards by-thread backlog 4096 ssl crt {workshop.BundleFile} alpn h2,http/1.1 ssl-min-ver TLSv1.3
              http-request set-header X-Forwarded-For %[src]
              http-request set-header X-Forwarded-Host %[req.hdr(host)]
              http-request set-header Via "1.1 bench"
              http-request set-header X-Forwarded-Proto https
              http-request set-header Forwarded for=%[src];host=%[req.hdr(host)];proto=https
              use_backend %[req.hdr(host),field(1,:),lower,map({SecureMap})]

            """);
        foreach (var port in _hosts.Values.Select(routed => routed.Backend).Distinct()) text.Append($"backend b{port}\n  server s 127.0.0.1:{port}\n");
        return text.ToString();
    }
}
