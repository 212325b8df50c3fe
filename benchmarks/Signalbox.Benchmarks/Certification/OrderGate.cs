using Signalbox.Benchmarks.Frame;
using Signalbox.EndToEnd.Certificates;
using Signalbox.EndToEnd.Support;

namespace Signalbox.Benchmarks.Certification;

/// <summary>
/// HAProxy in front of the CA, which lets in one new order or one look at an authorization at a time, and everything else at once: Pebble 2.4 can stop for good where two of these meet. A
/// new order reads all authorizations while it holds the store's lock; a look at one holds that one's lock and asks the store for the account. With hundreds of names wanted together
/// that happened in every third turn. The same for every contestant.
/// </summary>
internal sealed class OrderGate : IAsyncDisposable
{
    private readonly ChildProcess _child;

    private OrderGate(ChildProcess child, int port) => (_child, Directory) = (child, new Uri($"https://127.0.0.1:{port}/dir"));

    /// <summary>The CA's directory as contestants are to use it. The CA forms its URLs by the host it was asked for, so all else follows.</summary>
    public Uri Directory { get; }

    public static async Task<OrderGate> StartAsync(Workshop workshop, Pebble ca)
    {
        var folder = workshop.NewFolder("gate");
        var (port, bundle, config) = (PortPool.Take(), Path.Combine(folder, "bundle.pem"), Path.Combine(folder, "haproxy.cfg"));
        // Whoever trusts the CA's own HTTPS trusts this.
        await File.WriteAllTextAsync(bundle, await File.ReadAllTextAsync(ca.RootFile) + "\n" + await File.ReadAllTextAsync(ca.KeyFile));
        await File.WriteAllTextAsync(config, $"""
            global
              nbthread 1
            defaults
              mode http
              timeout connect 5s
              timeout client 60s
              timeout server 60s
              timeout queue 60s
            frontend gate
              bind 127.0.0.1:{port} ssl crt {bundle} alpn h2,http/1.1
              use_backend orders if {"{"} path /order-plz {"}"} || {"{"} path_beg /authZ/ {"}"}
              default_backend rest
            backend orders
              http-reuse always
              server ca 127.0.0.1:{ca.Directory.Port} ssl verify none maxconn 1
            backend rest
              http-reuse always
              server ca 127.0.0.1:{ca.Directory.Port} ssl verify none

            """);
        var gate = new OrderGate(workshop.Start("haproxy", ["-db", "-f", config], folder), port);
        using var client = ca.Https();
        await Wait.UntilAsync("the gate answers", async () => (await client.GetAsync(gate.Directory)).IsSuccessStatusCode, () => gate._child.Transcript);
        return gate;
    }

    public async ValueTask DisposeAsync() => await Workshop.EndAsync(_child);
}
