using Signalbox.Benchmarks.Frame;
using Signalbox.EndToEnd.Support;

namespace Signalbox.Benchmarks.Backends;

/// <summary>The service that takes uploads: a process of this program's own that reads bodies and keeps nothing (<see cref="SinkProgram"/>).</summary>
internal sealed class UploadSink(Workshop workshop)
{
    public int Port { get; } = PortPool.Take();

    public async Task StartAsync()
    {
        var child = workshop.Start(Environment.ProcessPath!, ["sink", $"{Port}"]);
        await Probe.AnswersAsync(Port, "sink", child);
    }
}
