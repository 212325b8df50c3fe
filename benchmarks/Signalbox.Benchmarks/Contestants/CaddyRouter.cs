using System.Net.Sockets;
using System.Text;
using System.Text.Json.Nodes;
using Signalbox.Benchmarks.Frame;
using Signalbox.EndToEnd.Support;

namespace Signalbox.Benchmarks.Contestants;

/// <summary>Caddy with a route a host, changed through its admin API.</summary>
internal sealed class CaddyRouter : Contestant, IDisposable
{
    private readonly Workshop _workshop;
    private readonly string _folder;
    private readonly HttpClient _admin;
    private readonly HashSet<string> _hosts = [];
    private ChildProcess? _child;
    private string _config = "";

    public CaddyRouter(Workshop workshop)
        : base(Names.Caddy)
    {
        _workshop = workshop;
        _folder = workshop.NewFolder("caddy");
        _admin = new HttpClient(new SocketsHttpHandler { ConnectCallback = ConnectAsync }) { BaseAddress = new Uri("http://127.0.0.1/") };
    }

    public override string Version { get; } = $"Caddy {Tool.FirstLine("caddy", "version")}";

    public override int HttpPort { get; } = PortPool.Take();

    public override int HttpsPort { get; } = PortPool.Take();

    public override int Process => _child!.Id;

    public override string ConfigText => _config;

    private string Socket => Path.Combine(_folder, "admin.sock");

    public override bool Can(Feature feature) => true;

    public override async Task StartAsync(RouteLayout layout)
    {
        _hosts.Clear();
        _hosts.UnionWith(layout.Hosts.Select(routed => routed.Host));
        var file = Path.Combine(_folder, "caddy.json");
        File.WriteAllText(file, Config(layout.Hosts).ToJsonString());
        _config = Config([.. layout.Hosts.Take(4)]).ToJsonString(new() { WriteIndented = true });
        // Its storage and autosave are this run's own.
        var environment = new Dictionary<string, string?> { ["HOME"] = _folder, ["XDG_DATA_HOME"] = _folder, ["XDG_CONFIG_HOME"] = _folder };
        _child = _workshop.Start("caddy", ["run", "--config", file], _folder, environment);
        await AnswersAsync(layout, _child);
    }

    public override Task StopAsync() => Workshop.EndAsync(_child);

    public override async Task ChangeRouteAsync(string host, int backend)
    {
        var route = Route(new RoutedHost(host, backend));
        using var body = new StringContent(route.ToJsonString(), Encoding.UTF8, "application/json");
        using var response = _hosts.Add(host) ? await _admin.PostAsync("config/apps/http/servers/plain/routes", body) : await _admin.PatchAsync($"id/{host}", body);
        if (!response.IsSuccessStatusCode) throw new InvalidOperationException($"Caddy said: {await response.Content.ReadAsStringAsync()}");
    }

    public override async ValueTask DisposeAsync()
    {
        await Workshop.EndAsync(_child);
        Dispose();
    }

    public void Dispose() => _admin.Dispose();

    private async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellation)
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        await socket.ConnectAsync(new UnixDomainSocketEndPoint(Socket), cancellation);
        return new NetworkStream(socket, ownsSocket: true);
    }

    private JsonObject Config(IReadOnlyList<RoutedHost> hosts) => new()
    {
        ["admin"] = new JsonObject { ["listen"] = $"unix/{Socket}", ["origins"] = new JsonArray("127.0.0.1") },
        ["logging"] = new JsonObject { ["logs"] = new JsonObject { ["default"] = new JsonObject { ["level"] = "ERROR" } } },
        ["apps"] = new JsonObject
        {
            ["http"] = new JsonObject
            {
                ["servers"] = new JsonObject
                {
                    ["plain"] = Server(HttpPort, [.. hosts.Where(routed => !routed.Tls)], secure: false),
                    ["secure"] = Server(HttpsPort, [.. hosts.Where(routed => routed.Tls)], secure: true),
                },
            },
            ["tls"] = new JsonObject
            {
                ["certificates"] = new JsonObject { ["load_files"] = new JsonArray(new JsonObject { ["certificate"] = _workshop.CertificateFile, ["key"] = _workshop.KeyFile }) },
            },
        },
    };

    private static JsonObject Server(int port, IReadOnlyList<RoutedHost> hosts, bool secure)
    {
        var server = new JsonObject
        {
            ["listen"] = new JsonArray($"127.0.0.1:{port}"),
            ["automatic_https"] = new JsonObject { ["disable"] = true },
            ["idle_timeout"] = "130s",
            ["protocols"] = new JsonArray("h1", "h2"),
            ["routes"] = new JsonArray([.. hosts.Select(Route)]),
        };
        if (secure) server["tls_connection_policies"] = new JsonArray(new JsonObject { ["protocol_min"] = "tls1.3" });
        return server;
    }

    /// <summary>X-Forwarded-For, -Proto and -Host it adds by itself.</summary>
    private static JsonNode Route(RoutedHost routed) => new JsonObject
    {
        ["@id"] = routed.Host,
        ["match"] = new JsonArray(new JsonObject { ["host"] = new JsonArray(routed.Host) }),
        ["handle"] = new JsonArray(new JsonObject
        {
            ["handler"] = "reverse_proxy",
            ["upstreams"] = new JsonArray(new JsonObject { ["dial"] = $"127.0.0.1:{routed.Backend}" }),
            ["transport"] = new JsonObject
            {
                ["protocol"] = "http", ["compression"] = false, ["keep_alive"] = new JsonObject { ["max_idle_conns_per_host"] = 1024, ["idle_timeout"] = "60s" },
            },
            ["headers"] = new JsonObject
            {
                ["request"] = new JsonObject
                {
                    ["set"] = new JsonObject
                    {
                        ["Forwarded"] = new JsonArray("for={http.request.remote.host};host={http.request.host};proto={http.request.scheme}"), ["Via"] = new JsonArray("1.1 bench"),
                    },
                },
            },
        }),
    };
}
