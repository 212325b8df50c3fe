using System.Net;
using Signalbox.Benchmarks.Backends;
using Signalbox.EndToEnd.Support;
using Signalbox.Model.Wire;

namespace Signalbox.Benchmarks.Contestants;

/// <summary>Signalbox as a user starts it: <c>signalbox up</c>, the Release build, a home of its own with the routes stored in it.</summary>
/// <param name="name">Its name in the tables.</param>
/// <param name="yaml">Lines of <c>signalbox.yaml</c> beside the ports.</param>
internal sealed class SignalboxRouter(string name, string yaml) : Contestant(name)
{
    private Home? _home;
    private Daemon? _daemon;
    private RouteLayout? _layout;

    public override string Version { get; } = Tool.FirstLine(Product.Program, "--version");

    public override int HttpPort => Home.HttpPort;

    public override int HttpsPort => Home.HttpsPort;

    public override int Process => _daemon!.Id;

    /// <summary>Its home, for what only Signalbox has: leases, proofs, the status. There from the first start on; a new one at each start.</summary>
    public Home Home => _home ?? throw new InvalidOperationException($"{Name} was not started.");

    public override string ConfigText =>
        $"# signalbox.yaml\n{File.ReadAllText(Home.Layout.ConfigFile)}\n# and stored, as by \"signalbox route add\":\n"
        + string.Concat(_layout!.Hosts.Take(4).Select(routed => $"#   {routed.Host} -> http://127.0.0.1:{routed.Backend}{(routed.Tls ? "" : ", tls: off")}\n"));

    public override bool Can(Feature feature) => true;

    public override async Task StartAsync(RouteLayout layout)
    {
        if (_home is not null) await _home.DisposeAsync();
        _layout = layout;
        _home = new Home(yaml);
        await StoredRoutes.WriteAsync(_home.Layout, layout);
        _daemon = await _home.UpAsync();
        await AnswersAsync(layout, _daemon.Process);
    }

    public override async Task StopAsync() => await _daemon!.StopAsync();

    /// <summary>Routes that are stored are proved again at a bounded rate after a start (1,000 a second), which is work that a measurement should not meet.</summary>
    public override Task SettleAsync() => Wait.UntilAsync("no route is pending", async () => (await Home.Admin.StatusAsync()).Routes.Pending == 0);

    public override async Task ChangeRouteAsync(string host, int backend)
    {
        using var response = await Home.Admin.PutRouteAsync(new ClaimRequest { Hosts = [host], Backends = [$"http://127.0.0.1:{backend}"], Tls = "off" });
        if (response.StatusCode != HttpStatusCode.OK) throw new InvalidOperationException($"{(int)response.StatusCode}: {await response.Content.ReadAsStringAsync()}");
    }

    public override async ValueTask DisposeAsync()
    {
        if (_home is not null) await _home.DisposeAsync();
    }
}
