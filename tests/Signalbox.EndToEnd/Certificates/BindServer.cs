using System.Net;
using System.Net.Sockets;
using Signalbox.Certificates.Dns;
using Signalbox.Certificates.Dns.Messages;
using Signalbox.EndToEnd.Support;
using Signalbox.Model;

namespace Signalbox.EndToEnd.Certificates;

/// <summary>
/// A real BIND with the zones test, example.test, policy.test, example.net and example.org. Runs as whoever runs the test.
/// </summary>
internal sealed class BindServer : IAsyncDisposable
{
    public const string Secret256 = "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=";
    public const string Secret512 = "YW5vdGhlciBzZWNyZXQgZm9yIGFub3RoZXIgYWxnb3JpdGhtIG9mIHRoZSB0d28=";

    private static readonly Dictionary<string, string[]> Records = new()
    {
        ["example.test"] = ["ns1 IN A 127.0.0.1", "@ IN CAA 0 issue \"ca.test\"", "none IN CAA 0 issue \";\"", "_acme-challenge.handed IN CNAME handed.acme.example.test."],
        ["policy.test"] = [],

        // Public names, all of which lead here.
        ["example.net"] = ["@ IN A 127.0.0.1", "* IN A 127.0.0.1"],
        ["example.org"] = ["@ IN A 127.0.0.1", "* IN A 127.0.0.1"],

        // BIND loads no zone whose name server lies in it and has no address.
        ["test"] = ["ns1.example IN A 127.0.0.1"],
    };

    private readonly DirectoryInfo _folder;
    private ChildProcess? _process;

    private BindServer(DirectoryInfo folder, int port)
    {
        _folder = folder;
        Port = port;
    }

    public int Port { get; }

    public DnsServer Primary => new("ns1.example.test", new IPEndPoint(IPAddress.Loopback, Port));

    public DnsOptions Options => new() { Resolvers = [Primary], AuthorityPort = Port };

    public static async Task<BindServer> StartAsync()
    {
        var bind = new BindServer(Directory.CreateTempSubdirectory("signalbox-bind"), PortPool.Take());
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
        _process = ChildProcess.Start("named", ["-g", "-n", "1", "-c", config], folder);
        await _process.LineAsync("it runs", line => line.EndsWith(" running", StringComparison.Ordinal));
        using var client = new TcpClient();
        await client.ConnectAsync(Primary.EndPoint);
    }
}
