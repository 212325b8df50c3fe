using Signalbox.Benchmarks.Frame;
using Signalbox.Benchmarks.Relay;
using Signalbox.EndToEnd.Support;

namespace Signalbox.Benchmarks.Contestants;

/// <summary>The floor (<see cref="RelayProgram"/>), as a process of its own. It knows one backend and no hosts, and carries small plain requests alone.</summary>
internal sealed class BareRelay(Workshop workshop) : Contestant(Names.Relay)
{
    private ChildProcess? _child;

    public override string Version => "this program's own: four socket calls a request and no more";

    public override int HttpPort { get; } = PortPool.Take();

    public override int HttpsPort => throw new NotSupportedException("The relay has no TLS.");

    public override int Process => _child!.Id;

    public override string ConfigText => "";

    public override bool Can(Feature feature) => false;

    public override async Task StartAsync(RouteLayout layout)
    {
        _child = workshop.Start(Environment.ProcessPath!, ["relay", $"{HttpPort}", $"{layout.Hosts[0].Backend}"]);
        await Backends.Probe.AnswersAsync(HttpPort, layout.Hosts[0].Host, _child);
    }

    public override Task StopAsync() => Workshop.EndAsync(_child);

    public override Task ChangeRouteAsync(string host, int backend) => throw new NotSupportedException("The relay has no routes.");

    public override async ValueTask DisposeAsync() => await Workshop.EndAsync(_child);
}
