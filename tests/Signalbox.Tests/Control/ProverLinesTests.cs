using System.Net;
using System.Net.Sockets;
using Signalbox.Control.Proving;
using Signalbox.Model;
using Signalbox.Model.Wire;
using Signalbox.Tests.Support;
using static Signalbox.Tests.Control.Holder;

namespace Signalbox.Tests.Control;

/// <summary>Who waits for whom in the prover and the monitor.</summary>
public sealed class ProverLinesTests
{
    [Fact]
    public async Task Probe_Throws_IsTriedAgainAndTheWorkersLive()
    {
        var probe = new ControlRig.FakeProbe { Answer = _ => throw new TaskCanceledException("not ours") };
        await using var rig = await ControlRig.StartAsync(probe: probe);
        using var backend = ControlRig.Listen();
        for (var number = 0; number < 20; number++) await rig.AddAsync($"h{number}.localhost", ControlRig.Url(backend));
        rig.Prover.ProveNow(rig.Edge.Book.Edge.Routes.Keys);
        rig.Prover.ProveNow(rig.Edge.Book.Edge.Routes.Keys);
        using (var watch = rig.Boards.Watches.Watch([new RouteKey("h19.localhost", "/")]))
        {
            while (rig.Reports.Of(new RouteKey("h19.localhost", "/")).Single().Problem is null) await watch.WaitAsync(TestContext.Current.CancellationToken);
        }

        probe.Answer = _ => null;
        for (var number = 0; number < 20; number++) await rig.UntilAsync($"h{number}.localhost", RouteStates.Live);
    }

    [Fact]
    public void Retry_FailedSeveralTimesWhileOneIsUnderWay_IsOneRetry()
    {
        var retry = new Retry();
        retry.Failed(urgent: false).ShouldBe(1);
        retry.Failed(urgent: true).ShouldBeNull();
        retry.Failed(urgent: false).ShouldBeNull();
        retry.Over().ShouldBeTrue();
        retry.Failed(urgent: false).ShouldBe(4);
        retry.Over().ShouldBeFalse();
    }

    [Fact]
    public void CheckLine_NewOneBehindABacklog_GoesFirst()
    {
        var line = new CheckLine(2);
        for (var port = 1; port <= 1000; port++) line.Add(Port(port), due: port, atOnce: false);
        line.Add(Port(7777), due: 2000, atOnce: true);
        line.TryTake(2000, out var first, out _).ShouldBeTrue();
        first.ShouldBe(Port(7777));
        line.Began();
        line.Began();
        line.TryTake(2000, out _, out _).ShouldBeFalse();
        line.Ended();
        line.TryTake(2000, out var next, out _).ShouldBeTrue();
        next.ShouldBe(Port(1));
    }

    [Fact]
    public async Task LeasedBackend_AmongMoreSilentOnesThanChecksAtOnce_IsSeenComing()
    {
        await using var rig = await ControlRig.StartAsync();

        // A full backlog swallows connections without an answer, as an address behind a dead VPN does.
        var silent = Enumerable.Range(0, 80).Select(_ => new SilentAddress()).ToList();
        foreach (var address in silent) await rig.AddAsync($"h{address.Port}.localhost", $"http://127.0.0.1:{address.Port}");

        using var port = new HeldPort();
        using var holder = await TakeAsync(rig, "app.localhost", "p", "1", port.Url);
        await holder.UntilAsync("backend-down");
        using var again = ControlRig.Listen(port.Number);
        await holder.UntilAsync("proved");
        silent.ForEach(address => address.Dispose());
    }

    [Fact]
    public void Backend_ErrorInOtherWords_IsNoChange()
    {
        var board = new BackendBoard(TimeProvider.System);
        var changes = 0;
        board.Changed += _ => changes++;
        var route = new Route { Key = new RouteKey("a.localhost", "/"), Id = "a", Owner = new Owner(Owner.Site, "a"), Backends = [Port(1)] };
        board.Retain(route);
        board.Failed(Port(1), "refused");
        board.Failed(Port(1), "nothing listens");
        board.Health(Port(1)).Error.ShouldBe("nothing listens");
        changes.ShouldBe(1);
    }

    [Fact]
    public void Backend_OfALastingRouteGetsALease_IsLookedAtAnew()
    {
        var board = new BackendBoard(TimeProvider.System);
        var added = 0;
        board.Added += _ => added++;
        var route = new Route { Key = new RouteKey("a.localhost", "/"), Id = "a", Owner = new Owner(Owner.Site, "a"), Backends = [Port(1)] };
        var leased = route with { Key = new RouteKey("b.localhost", "/"), Life = ClaimLife.Lease };
        board.Retain(route);
        board.Retain(leased);
        added.ShouldBe(2);
        board.IsLeased(Port(1)).ShouldBeTrue();
        board.Drop(leased);
        board.IsLeased(Port(1)).ShouldBeFalse();
        board.Drop(route);
        board.Count.ShouldBe(0);
    }

    private sealed class SilentAddress : IDisposable
    {
        private readonly Socket _listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        private readonly TcpClient _only = new();

        public SilentAddress()
        {
            _listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
            _listener.Listen(0);
            _only.Connect(IPAddress.Loopback, Port);
        }

        public int Port => ((IPEndPoint)_listener.LocalEndPoint!).Port;

        public void Dispose()
        {
            _only.Dispose();
            _listener.Dispose();
        }
    }

    private static Backend Port(int port) => new(BackendScheme.Http, "localhost", port);
}
