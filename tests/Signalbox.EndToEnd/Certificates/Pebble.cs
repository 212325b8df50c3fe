using System.Net;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using Signalbox.Certificates.Acme;
using Signalbox.EndToEnd.Support;

namespace Signalbox.EndToEnd.Certificates;

/// <summary>
/// A real CA of a test's own: Pebble, and beside it the challenge server, which is Pebble's DNS (every name is 127.0.0.1 there unless told otherwise) and can
/// answer every kind of challenge. Both come from Debian's package <c>pebble</c>.
/// </summary>
internal sealed class Pebble : IAsyncDisposable
{
    private readonly List<ChildProcess> _processes = [];
    private readonly string _folder = System.IO.Directory.CreateTempSubdirectory("signalbox-pebble-").FullName;
    private readonly int _management = PortPool.Take();
    private readonly int _challenges = PortPool.Take();
    private readonly HttpClient _client;
    private readonly X509Certificate2 _certificate = SelfSigned();
    private readonly OwnNetwork? _network;

    private Pebble(PebbleOptions options)
    {
        _network = options.Network;
        HttpPort = options.HttpPort ?? PortPool.Take();
        TlsPort = options.TlsPort ?? PortPool.Take();
        _client = Https();
    }

    /// <summary>The directory's URL.</summary>
    public Uri Directory { get; } = new($"https://127.0.0.1:{PortPool.Take()}/dir");

    /// <summary>The root file for Pebble's own HTTPS.</summary>
    public string RootFile => Path.Combine(_folder, "https.pem");

    /// <summary>The key for it.</summary>
    public string KeyFile => Path.Combine(_folder, "https.key");

    public int HttpPort { get; }

    public int TlsPort { get; }

    /// <summary>Where the challenge server is told what to answer.</summary>
    public Uri ChallengeServer => Challenges("");

    /// <summary>The UDP and TCP port of the challenge server's DNS, on 127.0.0.1.</summary>
    public int DnsPort { get; } = PortPool.Take();

    public string Transcript => string.Join('\n', _processes.Select(process => process.Transcript));

    /// <summary>Orders that it took.</summary>
    public int Orders => Transcript.Split('\n').Count(line => line.Contains("Added order", StringComparison.Ordinal));

    /// <summary>True when it could not validate a name, such as when it had waited 15 s for an answer.</summary>
    public bool HasGivenUp => Transcript.Contains("set INVALID", StringComparison.Ordinal);

    public static async Task<Pebble> StartAsync(PebbleOptions? options = null)
    {
        options ??= new PebbleOptions();
        var pebble = new Pebble(options);
        try
        {
            await pebble.StartProcessesAsync(options);
            return pebble;
        }
        catch
        {
            await pebble.DisposeAsync();
            throw;
        }
    }

    /// <summary>An HTTP client that trusts this Pebble alone.</summary>
    public HttpClient Https()
    {
        var trust = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
        trust.CustomTrustStore.Add(_certificate);
        var handler = new SocketsHttpHandler { SslOptions = { CertificateChainPolicy = trust } };
        if (_network is { } network) handler.ConnectCallback = async (context, cancellation) => await network.ConnectAsync(context.DnsEndPoint.Host, context.DnsEndPoint.Port, cancellation);
        return new HttpClient(handler) { Timeout = Wait.Limit };
    }

    /// <summary>An ACME client that trusts this Pebble alone.</summary>
    public AcmeClient Client() => new(Server, TimeProvider.System);

    public AcmeServer Server => new(Directory) { Roots = TrustedRoots.Read(RootFile, File.ReadAllBytes(RootFile), only: true).Value! };

    /// <summary>Has the challenge server answer http-01.</summary>
    public Task AddHttpAsync(string token, string content) => TellAsync("add-http01", new() { ["token"] = token, ["content"] = content });

    /// <summary>Has the challenge server answer tls-alpn-01.</summary>
    public Task AddTlsAlpnAsync(string host, string content) => TellAsync("add-tlsalpn01", new() { ["host"] = host, ["content"] = content });

    /// <summary>Adds a TXT record; several of one name stand side by side.</summary>
    public Task AddTextAsync(string name, string value) => TellAsync("set-txt", new() { ["host"] = name + ".", ["value"] = value });

    /// <summary>Has the name lead to another address than 127.0.0.1.</summary>
    public async Task AddAddressAsync(string name, string address)
    {
        // Added to those there are; the name is to lead there alone.
        await TellAsync("clear-a", new() { ["host"] = name + "." });
        using var response = await _client.PostAsJsonAsync(Challenges("add-a"), new { host = name + ".", addresses = new[] { address } });
        response.EnsureSuccessStatusCode();
    }

    /// <summary>The CA is gone.</summary>
    public async Task StopAsync()
    {
        foreach (var process in _processes) await process.Kill9Async();
    }

    public Task ClearTextAsync(string name) => TellAsync("clear-txt", new() { ["host"] = name + "." });

    /// <summary>One of Pebble's roots, made anew at each of its starts: 0 is the default one, the alternates follow.</summary>
    public async Task<X509Certificate2> RootAsync(int number = 0) => X509Certificate2.CreateFromPem(await _client.GetStringAsync(Management($"roots/{number}")));

    /// <summary>What Pebble knows of a certificate: <c>Valid</c> or <c>Revoked</c>, and the reason.</summary>
    public async Task<JsonElement> StatusAsync(X509Certificate2 certificate) =>
        await _client.GetFromJsonAsync<JsonElement>(Management($"cert-status-by-serial/{certificate.SerialNumber.TrimStart('0').ToLowerInvariant()}"));

    public async ValueTask DisposeAsync()
    {
        foreach (var process in _processes) await process.DisposeAsync();
        _client.Dispose();
        _certificate.Dispose();
        System.IO.Directory.Delete(_folder, recursive: true);
    }

    private async Task StartProcessesAsync(PebbleOptions options)
    {
        await File.WriteAllTextAsync(RootFile, _certificate.ExportCertificatePem());
        await File.WriteAllTextAsync(KeyFile, _certificate.GetECDsaPrivateKey()!.ExportPkcs8PrivateKeyPem());
        var config = Path.Combine(_folder, "pebble.json");
        await File.WriteAllTextAsync(config, JsonSerializer.Serialize(new
        {
            pebble = new
            {
                listenAddress = $"127.0.0.1:{Directory.Port}",
                managementListenAddress = $"127.0.0.1:{_management}",
                certificate = RootFile,
                privateKey = KeyFile,
                httpPort = HttpPort,
                tlsPort = TlsPort,
                ocspResponderURL = "",
                externalAccountBindingRequired = options.ExternalAccounts.Count > 0,
                externalAccountMACKeys = options.ExternalAccounts,
            },
        }));
        var environment = new Dictionary<string, string?>
        {
            ["PEBBLE_WFE_NONCEREJECT"] = $"{options.NonceReject}",
            ["PEBBLE_AUTHZREUSE"] = $"{options.AuthorizationReuse}",
            ["PEBBLE_ALTERNATE_ROOTS"] = $"{options.AlternateRoots}",
            ["PEBBLE_WFE_ORDERS_PER_PAGE"] = $"{options.OrdersPerPage}",
            ["PEBBLE_VA_NOSLEEP"] = options.ValidationSleep == 0 ? "1" : null,
            ["PEBBLE_VA_SLEEPTIME"] = options.ValidationSleep == 0 ? null : $"{options.ValidationSleep}",
        };

        // Where the test answers itself, the challenge server leaves the port alone. No name has an IPv6 address: Pebble would try that first.
        Start("pebble-challtestsrv", [
            "-defaultIPv4", "127.0.0.1", "-defaultIPv6", "", "-dns01", $"127.0.0.1:{DnsPort}", "-management", $"127.0.0.1:{_challenges}", "-https01", "",
            "-http01", options.HttpPort is null ? $"127.0.0.1:{HttpPort},[::1]:{HttpPort}" : "", "-tlsalpn01", options.TlsPort is null ? $"127.0.0.1:{TlsPort}" : "",
        ]);
        Start("pebble", ["-config", config, "-dnsserver", $"127.0.0.1:{options.DnsPort ?? DnsPort}", "-strict"], environment);
        await Wait.UntilAsync("Pebble answers", async () => (await AnswersAsync(Directory)) && await AnswersAsync(Management("roots/0")), () => Transcript);
        await Wait.UntilAsync("the challenge server answers", () => AnswersAsync(Challenges("")), () => Transcript);
    }

    private void Start(string program, IEnumerable<string> arguments, Dictionary<string, string?>? environment = null) =>
        _processes.Add(_network is null ? ChildProcess.Start(program, arguments, _folder, environment) : _network.Start(program, arguments, _folder, environment));

    private async Task<bool> AnswersAsync(Uri url)
    {
        if (_processes.FirstOrDefault(process => process.HasExited) is { } ended) throw new InvalidOperationException(ended.Transcript);
        using var response = await _client.GetAsync(url);
        return response.StatusCode is HttpStatusCode.OK or HttpStatusCode.NotFound;
    }

    private async Task TellAsync(string what, Dictionary<string, string> body)
    {
        using var response = await _client.PostAsJsonAsync(Challenges(what), body);
        response.EnsureSuccessStatusCode();
    }

    private Uri Management(string path) => new($"https://127.0.0.1:{_management}/{path}");

    private Uri Challenges(string path) => new($"http://127.0.0.1:{_challenges}/{path}");

    private static X509Certificate2 SelfSigned()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=Pebble of a test", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddIpAddress(IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        return request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
    }
}
