using System.Threading.Channels;
using Signalbox.Control.Leases;
using Signalbox.Model.Wire;

namespace Signalbox.Tests.Control;

/// <summary>A lease's holder that reads its stream into a queue.</summary>
internal sealed class Holder : IDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly Channel<LeaseEvent> _told = Channel.CreateUnbounded<LeaseEvent>();

    private Holder(Lease lease)
    {
        Lease = lease;
        _ = Task.Run(async () =>
        {
            await foreach (var told in lease.EventsAsync(_stop.Token)) await _told.Writer.WriteAsync(told);
        });
    }

    public Lease Lease { get; }

    public static ClaimRequest Request(string host, string project, string holder, params string[] backends) =>
        new() { Hosts = [host], Project = project, Holder = holder, Backends = backends };

    public static Task<Holder> TakeAsync(ControlRig rig, string host, string project, string holder, params string[] backends) =>
        TakeAsync(rig, Request(host, project, holder, backends));

    public static async Task<Holder> TakeAsync(ControlRig rig, ClaimRequest request)
    {
        var taken = await rig.Leases.TakeAsync(request, CancellationToken.None);
        taken.Succeeded.ShouldBeTrue(taken.Problems.ToString());
        return new Holder(taken.Value!);
    }

    public async Task<LeaseEvent> NextAsync()
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        return await _told.Reader.ReadAsync(limit.Token);
    }

    public async Task UntilAsync(string word)
    {
        while ((await NextAsync()).Event != word)
        {
        }
    }

    public void Dispose()
    {
        _stop.Cancel();
        _stop.Dispose();
    }
}
