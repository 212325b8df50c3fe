using System.Text.Json.Nodes;
using Signalbox.Benchmarks.Certification;
using Signalbox.Benchmarks.Frame;
using Signalbox.Benchmarks.Load.FullSpeed;
using Signalbox.EndToEnd.Support;

namespace Signalbox.Benchmarks.Contestants.Certified;

/// <summary>Caddy with its ACME automation. It is given no more routes than it needs: all hosts of one backend are one route.</summary>
internal sealed class CertifiedCaddy(Workshop workshop) : CertifiedRouter(Names.Caddy)
{
    /// <summary>
    /// Names for which one account at the CA is used. Caddy orders 10 certificates for one account in a window of its own, then waits for it to pass, whatever the CA allows;
    /// that is a choice and no speed. With an account for every ten names it never waits.
    /// </summary>
    public const int NamesAnAccount = 10;

    /// <summary>That window, in Caddy 2.6.</summary>
    public static readonly TimeSpan Window = TimeSpan.FromSeconds(10);

    private string? _folder;
    private int _http;
    private int _https;
    private string _config = "";

    public override string Version => $"Caddy {Tool.FirstLine("caddy", "version")}";

    public override int HttpPort => _http;

    public override int HttpsPort => _https;

    public override string ConfigText => _config;

    private string Folder => _folder ?? throw new InvalidOperationException($"{Name} was not prepared.");

    /// <summary>How long it would wait with one account.</summary>
    public static TimeSpan LeastWait(int names) => Window * ((names - 1) / NamesAnAccount);

    public override CertifiedRouter Another() => new CertifiedCaddy(workshop);

    public override void Prepare() => (_folder, _http, _https) = (workshop.NewFolder("caddy"), PortPool.Take(), PortPool.Take());

    /// <summary>
    /// Makes the accounts, by a start with one name for each: several first orders of an account at the same time each begin to make it, read what the others have half written,
    /// fail, and are tried again a minute later.
    /// </summary>
    public override async Task EnrolAsync(RouteLayout layout, string roots)
    {
        var accounts = (layout.Hosts.Count(routed => routed.Tls) + NamesAnAccount - 1) / NamesAnAccount;
        var first = Enumerable.Range(0, accounts).Select(number => new RoutedHost($"account-{number}.example.com", layout.Hosts[0].Backend, Tls: true)).ToArray();
        Run(new RouteLayout(first), first.Chunk(1));
        await VerifiedHandshakes.UntilAllAsync(HttpsPort, [.. first.Select(routed => routed.Host)], roots, Wait.Limit);
        await StopAsync();
    }

    public override Task KeepAsync(IReadOnlyList<StoredCertificate> certificates) => CaddyStorage.WriteAsync(Path.Combine(Folder, "caddy"), Issuer!.Directory, certificates);

    public override Task StartAsync(RouteLayout layout)
    {
        Run(layout, layout.Hosts.Where(routed => routed.Tls).Chunk(NamesAnAccount));
        return Task.CompletedTask;
    }
    public override Task StopAsync() => Workshop.EndAsync(Child);

    public override ValueTask DisposeAsync() => new(Workshop.EndAsync(Child));

    private void Run(RouteLayout layout, IEnumerable<RoutedHost[]> accounts)
    {
        var file = Path.Combine(Folder, "caddy.json");
        _config = Config(layout, accounts).ToJsonString();
        File.WriteAllText(file, _config);
        // Its storage and autosave are this turn's own.
        var environment = new Dictionary<string, string?> { ["HOME"] = Folder, ["XDG_DATA_HOME"] = Folder, ["XDG_CONFIG_HOME"] = Folder };
        Child = workshop.Start("caddy", ["run", "--config", file], Folder, environment);
    }

    private JsonObject Config(RouteLayout layout, IEnumerable<RoutedHost[]> accounts)
    {
        var secure = layout.Hosts.Where(routed => routed.Tls).ToList();
        return new JsonObject
        {
            ["admin"] = new JsonObject { ["disabled"] = true },
            ["logging"] = new JsonObject { ["logs"] = new JsonObject { ["default"] = new JsonObject { ["level"] = "ERROR" } } },
            ["apps"] = new JsonObject
            {
                ["http"] = new JsonObject
                {
                    ["http_port"] = _http, ["https_port"] = _https,
                    ["servers"] = new JsonObject { ["plain"] = Server(_http, [.. layout.Hosts.Where(routed => !routed.Tls)]), ["secure"] = Server(_https, secure) },
                },
                ["tls"] = new JsonObject
                {
                    ["certificates"] = new JsonObject { ["automate"] = Hosts(secure) },
                    ["automation"] = new JsonObject { ["policies"] = new JsonArray([.. accounts.Select(Policy)]) },
                },
            },
        };
    }

    private JsonNode Policy(RoutedHost[] hosts, int number) => new JsonObject
    {
        ["subjects"] = Hosts(hosts),
        ["disable_ocsp_stapling"] = true,
        ["issuers"] = new JsonArray(new JsonObject
        {
            ["module"] = "acme", ["ca"] = Issuer!.Directory.ToString(), ["email"] = $"bench-{number}@example.com", ["trusted_roots_pem_files"] = new JsonArray(Issuer.RootFile),
            ["challenges"] = new JsonObject { ["tls-alpn"] = new JsonObject { ["disabled"] = true } },
        }),
    };

    private static JsonObject Server(int port, IReadOnlyList<RoutedHost> hosts)
    {
        var server = new JsonObject
        {
            ["listen"] = new JsonArray($"127.0.0.1:{port}"), ["automatic_https"] = new JsonObject { ["disable"] = true },
            ["routes"] = new JsonArray([.. hosts.GroupBy(routed => routed.Backend).Select(group => Route(group.Key, [.. group]))]),
        };
        if (hosts.Any(routed => routed.Tls)) server["tls_connection_policies"] = new JsonArray(new JsonObject());
        return server;
    }

    private static JsonNode Route(int backend, IReadOnlyList<RoutedHost> hosts) => new JsonObject
    {
        ["match"] = new JsonArray(new JsonObject { ["host"] = Hosts(hosts) }),
        ["handle"] = new JsonArray(new JsonObject { ["handler"] = "reverse_proxy", ["upstreams"] = new JsonArray(new JsonObject { ["dial"] = $"127.0.0.1:{backend}" }) }),
    };

    private static JsonArray Hosts(IEnumerable<RoutedHost> hosts) => [.. hosts.Select(routed => (JsonNode)routed.Host)];
}
