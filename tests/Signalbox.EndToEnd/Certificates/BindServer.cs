using System.Net;
using System.Net.Sockets;
using Signalbox.Certificates.Dns;
using Signalbox.Certificates.Dns.Messages;
using Signalbox.EndToEnd.Support;
using Signalbox.Model;

namespace Signalbox.EndToEnd.Certificates;

/// <summary>
/// A real BIND with the zones test, example.test, policy.test, example.com, example.net and example.org. Runs as whoever runs the test.
/// </summary>
internal sealed class BindServer : IAsyncDisposable
{
    public const string Secret256 = "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=";
    public const string Secret512 = "YW5vdGhlciBzZWNyZXQgZm9yIGFub3RoZXIgYWxnb3JpdGhtIG9mIHRoZSB0d28=";

    private static readonly Dictionary<string, string[]> Records = new()
    {
        ["example.test"] = ["ns1 IN A 127.0.0.1", "@ IN CAA 0 issue \"ca.test\"", "none IN CAA 0 issue \";\"", "_acme-challenge.handed IN CNAME handed.acme.example.test."],
        ["policy.test"] = [],

        // Names that a CA who goes by pebble.test can sign for, and names it cannot.
        ["example.com"] =
        [
            "@ IN CAA 0 issue \"pebble.test\"", "www IN A 127.0.0.1", "late IN A 127.0.0.1", "away IN A 127.0.0.9",
            "barred IN A 127.0.0.1", "barred IN CAA 0 issue \"other.test\"",
        ],

        // Public names, all of which lead here.
        ["example.net"] = ["@ IN A 127.0.0.1", "* IN A 127.0.0.1"],
        ["example.org"] = ["@ IN A 127.0.0.1", "* IN A 127.0.0.1"],

        // BIND loads no zone whose name server lies in it and has no address.
        ["test"] = ["ns1.example IN A 127.0.0.1"],
    };

    private readonly DirectoryInfo _folder;
    private readonly OwnNetwork? _network;
    private ChildProcess? _process;

    private BindServer(DirectoryInfo folder, OwnNetwork? network)
    {
        (_folder, _network) = (folder, network);
        Port = network is null ? PortPool.Take() : DnsServer.StandardPort;
    }

    public int Port { get; }

    public DnsServer Primary => new("ns1.example.test", new IPEndPoint(IPAddress.Loopback, Port));

    public DnsOptions Options => new() { Resolvers = [Primary], AuthorityPort = Port };

    /// <param name="network">Where it listens on the standard port; on a port of its own in the machine's network when there is none.</param>
    public static async Task<BindServer> StartAsync(OwnNetwork? network = null)
    {
        var bind = new BindServer(Directory.CreateTempSubdirectory("signalbox-bind"), network);
        try
        {
            await bind.RunAsync($$"""
                key "key256" { algorithm hmac-sha256; secret "{{Secret256}}"; };
                key "key512" { algorithm hmac-sha512; secret "{{Secret512}}"; };
                zone "example.test" {
                  type primary; file "example.test.zone";
                  allow-update { key "key256"; key "key512"; };
                };
                zone "policy.test" {
                  type primary; file "policy.test.zone";
                  update-policy { grant key256 name _acme-challenge.policy.test. TXT; };
                };
                zone "example.com" { type primary; file "example.com.zone"; allow-update { key "key256"; }; };
                zone "example.net" { type primary; file "example.net.zone"; allow-update { key "key256"; }; };
                zone "example.org" { type primary; file "example.org.zone"; allow-update { key "key512"; }; };
                zone "test" { type primary; file "test.zone"; };
                """);
            return bind;
        }
        catch
        {
            await bind.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_process is not null) await _process.DisposeAsync();
        _folder.Delete(recursive: true);
    }

    /// <summary>The TXT values of a name.</summary>
    public async Task<Items<string>> ValuesAsync(string name)
    {
        var reply = await new DnsClient(TimeProvider.System, new DnsTiming()).AskAsync(Primary, new DnsQuestion(DnsName.Of(name), DnsType.TXT), recursive: false, CancellationToken.None);
        reply.IsAnswer.ShouldBeTrue(reply.Evidence.ToString());
        return reply.Records.Select(record => ((TxtData)record.Data).Value).Order(StringComparer.Ordinal).ToItems();
    }

    /// <summary>Changes the zones that take updates by key256, by lines of nsupdate(1).</summary>
    public async Task UpdateAsync(params string[] lines)
    {
        var script = Path.Combine(_folder.FullName, "update");
        await File.WriteAllLinesAsync(script, [$"server 127.0.0.1 {Port}", .. lines, "send"]);
        await using var update = Run("nsupdate", "-k", KeyFile("key256", "hmac-sha256", Secret256), script);
        (await update.ExitAsync()).ShouldBe(0, update.Transcript);
    }

    /// <summary>A key file as tsig-keygen writes it.</summary>
    public string KeyFile(string name, string algorithm, string secret)
    {
        var path = Path.Combine(_folder.FullName, name + ".key");
        File.WriteAllText(path, $"key \"{name}\" {{\n\talgorithm {algorithm};\n\tsecret \"{secret}\";\n}};\n");
        return path;
    }

    private async Task RunAsync(string zones)
    {
        var folder = _folder.FullName;
        foreach (var (zone, records) in Records)
        {
            await File.WriteAllTextAsync(Path.Combine(folder, $"{zone}.zone"), $"""
                $TTL 60
                @ IN SOA ns1.example.test. host.example.test. 1 3600 600 86400 60
                @ IN NS ns1.example.test.
                {string.Join('\n', records)}

                """);
        }

        var config = Path.Combine(folder, "named.conf");
        await File.WriteAllTextAsync(config, $$"""
            options {
              directory "{{folder}}"; pid-file none; session-keyfile none; lock-file none;
              listen-on port {{Port}} { 127.0.0.1; }; listen-on-v6 { none; };
              query-source address 127.0.0.1;
              recursion no; dnssec-validation no; notify no;
            };
            controls { };
            {{zones}}
            """);
        _process = Run("named", "-g", "-n", "1", "-c", config);
        await _process.LineAsync("it runs", line => line.EndsWith(" running", StringComparison.Ordinal));
        if (_network is not null) await (await _network.ConnectAsync("127.0.0.1", Port, CancellationToken.None)).DisposeAsync();
        using var client = new TcpClient();
        if (_network is null) await client.ConnectAsync(Primary.EndPoint);
    }

    private ChildProcess Run(string program, params string[] arguments) =>
        _network is null ? ChildProcess.Start(program, arguments, _folder.FullName) : _network.Start(program, arguments, _folder.FullName);
}
