using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using Signalbox.EndToEnd.Support;
using Signalbox.Model.Wire;

namespace Signalbox.EndToEnd.Certificates.Preflights;

/// <summary>
/// A daemon on the ports 80 and 443 of a network of its own, whose names are looked at before they are ordered. Beside it: BIND on port 53, whom both the daemon and
/// Pebble ask; Pebble, which comes in on the daemon's ports; and an nginx, which is another web server at 127.0.0.9, and shows Pebble's directory with the name
/// by which CAA records mean it: Pebble itself tells none, and heeds no such records.
/// </summary>
internal sealed class PreflightSite : IAsyncDisposable
{
    public const string Name = "www.example.com";

    /// <summary>A resolver that listens and says nothing.</summary>
    public const string SilentResolver = "127.0.0.8";

    private const int HttpPort = 80, HttpsPort = 443;

    private readonly OwnNetwork _network;
    private readonly string _folder = Directory.CreateTempSubdirectory("sb-").FullName;
    private readonly int _directoryPort = PortPool.Take();
    private readonly List<ChildProcess> _processes = [];

    private BindServer? _bind;
    private Pebble? _pebble;

    private PreflightSite(OwnNetwork network) => _network = network;

    public Home Home { get; } = new();

    public BindServer Bind => _bind!;

    public Pebble Pebble => _pebble!;

    /// <summary>Orders that Pebble took.</summary>
    public int Orders => Pebble.Orders;

    public static async Task<PreflightSite> StartAsync()
    {
        var site = new PreflightSite(await OwnNetwork.StartAsync());
        try
        {
            await site.StartServersAsync();
            return site;
        }
        catch
        {
            await site.DisposeAsync();
            throw;
        }
    }

    /// <summary>Writes the config.</summary>
    /// <param name="resolver">Who is asked for zones.</param>
    /// <param name="names">The names that are routed.</param>
    public void Configure(string resolver, params string[] names)
    {
        var routes = string.Concat(names.Select(name => $"  - {{ host: \"{name}\", to: \"http://127.0.0.1:9\" }}\n"));
        File.WriteAllText(Home.Layout.ConfigFile, $"""
            listen:
              http: {HttpPort}
              https: {HttpsPort}
            routes:
            {routes}certificates:
              resolvers: ["{resolver}"]
              issuers:
                - name: pebble
                  directory: "https://127.0.0.1:{_directoryPort}/dir"
                  email: me@example.com
                  termsAgreed: true
                  rootFile: "{Pebble.RootFile}"
                  limits: none
                  preflight: on
            """);
    }

    public async Task<Daemon> UpAsync()
    {
        var daemon = new Daemon(Home, Home.Start("nsenter", _network.Inside(Product.Program, "up", "--bind", "127.0.0.1")));
        await daemon.AnswersAsync();
        return daemon;
    }

    /// <summary>Waits until the name has come to this state.</summary>
    /// <returns>What <c>cert show</c> tells then.</returns>
    public async Task<CertificateReport> ComesToAsync(string name, string state)
    {
        CertificateReport? last = null;
        await Wait.UntilAsync($"{name} is {state}", async () => (last = await Home.Admin.CertificateAsync(name)).State == state, () => $"{last}\n{Pebble.Transcript}");
        return (await Home.RunAsync("cert", "show", name, "--json")).ShouldExit(0).Json(SignalboxJson.Default.CertificateReport);
    }

    /// <summary>The certificate that is shown on port 443; fails when it is not good for the name.</summary>
    public async Task<X509Certificate2> HandshakeAsync(string name)
    {
        using var root = await Pebble.RootAsync();
        using var limit = new CancellationTokenSource(Wait.Limit);
        await using var tls = new SslStream(await _network.ConnectAsync("127.0.0.1", HttpsPort, limit.Token));
        await tls.AuthenticateAsClientAsync(TlsClient.Trusting(root, name), limit.Token);
        return new X509Certificate2(tls.RemoteCertificate!);
    }

    public async ValueTask DisposeAsync()
    {
        await Home.DisposeAsync();
        foreach (var process in _processes) await process.DisposeAsync();
        if (_pebble is not null) await _pebble.DisposeAsync();
        if (_bind is not null) await _bind.DisposeAsync();
        await _network.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    private async Task StartServersAsync()
    {
        _bind = await BindServer.StartAsync(_network);
        _pebble = await Pebble.StartAsync(new PebbleOptions { Network = _network, HttpPort = HttpPort, TlsPort = HttpsPort, DnsPort = Bind.Port });
        var config = Path.Combine(_folder, "nginx.conf");
        await File.WriteAllTextAsync(config, $$"""
            daemon off;
            master_process off;
            pid {{_folder}}/pid;
            error_log stderr;
            events { worker_connections 512; }
            http {
              access_log off;
              client_body_temp_path {{_folder}}/1;
              proxy_temp_path {{_folder}}/2;
              fastcgi_temp_path {{_folder}}/3;
              uwsgi_temp_path {{_folder}}/4;
              scgi_temp_path {{_folder}}/5;
              ssl_certificate {{Pebble.RootFile}};
              ssl_certificate_key {{Pebble.KeyFile}};
              server { listen 127.0.0.9:{{HttpPort}}; listen 127.0.0.9:{{HttpsPort}} ssl; return 404; }
              server {
                listen 127.0.0.1:{{_directoryPort}} ssl;
                location = /dir {
                  proxy_pass {{Pebble.Directory}};
                  proxy_set_header Host {{Pebble.Directory.Authority}};
                  sub_filter_types *;
                  sub_filter '"meta": {' '"meta": { "caaIdentities": ["pebble.test"],';
                }
              }
            }
            """);
        var nginx = Start("nginx", "-p", _folder, "-c", config, "-e", "stderr");
        await Wait.UntilAsync("the directory is there", async () =>
        {
            if (nginx.HasExited) throw new InvalidOperationException(nginx.Transcript);
            await (await _network.ConnectAsync("127.0.0.1", _directoryPort, CancellationToken.None)).DisposeAsync();
            return true;
        });
        var silent = Start(DevServer.Python, "-u", "-c", $"import signal, socket; s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM); s.bind(('{SilentResolver}', 53)); print('bound'); signal.pause()");
        await silent.LineAsync("that it is bound", line => line == "bound");
    }

    private ChildProcess Start(string program, params string[] arguments)
    {
        var process = _network.Start(program, arguments, _folder);
        _processes.Add(process);
        return process;
    }
}
