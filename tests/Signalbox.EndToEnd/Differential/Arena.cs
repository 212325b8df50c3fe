using System.Net;
using Signalbox.EndToEnd.Differential.Cases;
using Signalbox.EndToEnd.Differential.Contestants;
using Signalbox.EndToEnd.Differential.Data;
using Signalbox.EndToEnd.Differential.Playing;
using Signalbox.EndToEnd.Differential.Wires;
using Signalbox.EndToEnd.Support;
using Signalbox.Proxy;
using Signalbox.Proxy.Transport;

namespace Signalbox.EndToEnd.Differential;

/// <summary>Starts every contestant once and plays every case through each of them, many at a time; tests then ask how it went.</summary>
public sealed class Arena : IAsyncLifetime
{
    /// <summary>Runs at once: enough that those which wait for a limit do not hold up the others, few enough that none reaches a limit for want of a processor.</summary>
    private const int AtOnce = 96;

    private readonly IContestant[] _contestants =
    [
        new RouterContestant(TransportKind.Epoll, ForwarderKind.Lane), new RouterContestant(TransportKind.Epoll, ForwarderKind.General),
        new RouterContestant(TransportKind.Sockets, ForwarderKind.Lane), new RouterContestant(TransportKind.Sockets, ForwarderKind.General),
        new NginxContestant(), new HaproxyContestant(),
    ];

    private readonly BackendStage _stage = new();
    private readonly SemaphoreSlim _places = new(AtOnce);
    private readonly Dictionary<(string Name, string Contestant), Task<Run>> _runs = [];

    public async ValueTask InitializeAsync()
    {
        await Task.WhenAll(_contestants.Select((contestant, number) => contestant.StartAsync([.. RoutesOf(number)])));
        for (var @case = 0; @case < AllCases.List.Count; @case++)
        {
            for (var contestant = 0; contestant < _contestants.Length; contestant++)
                _runs[(AllCases.List[@case].Name, _contestants[contestant].Name)] = PlayAsync(_contestants[contestant], contestant, @case);
        }
    }

    public async ValueTask DisposeAsync()
    {
        try
        {
            // One that has failed tells so in the tests that ask for it.
            await Task.WhenAll(_runs.Values).ContinueWith(_ => { }, TaskScheduler.Default);
            foreach (var run in _runs.Values.Where(run => run.IsCompletedSuccessfully)) (await run).Dispose();
        }
        finally
        {
            // Also when a run has thrown, or one of them has not started: the others are processes that would outlive this one.
            await Task.WhenAll(_contestants.Select(contestant => contestant.DisposeAsync().AsTask()));
            _stage.Dispose();
            _places.Dispose();
        }
    }

    internal Task<Run> RunOf(WireCase @case, string contestant) => _runs[(@case.Name, contestant)];

    private IEnumerable<BackendOfHost> RoutesOf(int contestant)
    {
        // Held by nobody but the pool, which does not listen: nothing is there.
        var nobody = PortPool.Take();
        yield return new BackendOfHost(ClientPart.ProbeHost, new IPEndPoint(BackendStage.ProbeAddress, _stage.Port));
        for (var @case = 0; @case < AllCases.List.Count; @case++)
            yield return new BackendOfHost(HostOf(@case), new IPEndPoint(BackendStage.AddressOf(contestant, @case), AllCases.List[@case].IsAway ? nobody : _stage.Port))
            {
                IsSecure = AllCases.List[@case].Carrier != Carrier.Clear,
            };
    }

    private static string HostOf(int @case) => $"c{@case}.localhost";

    private async Task<Run> PlayAsync(IContestant contestant, int number, int @case)
    {
        await _places.WaitAsync();
        try
        {
            var run = new Run(AllCases.List[@case], HostOf(@case));
            _stage.Add(BackendStage.AddressOf(number, @case), run);
            await run.PlayAsync(contestant);
            return run;
        }
        finally
        {
            _places.Release();
        }
    }
}
