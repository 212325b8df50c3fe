using Signalbox.Model;
using Signalbox.Model.Wire;
using Signalbox.Tests.Support;

namespace Signalbox.Tests.Control;

public sealed class ProverTests
{
    [Fact]
    public async Task Route_ProvedAndBackendAccepts_IsLive()
    {
        await using var rig = await ControlRig.StartAsync();
        using var backend = ControlRig.Listen();
        await rig.AddAsync("a.localhost", ControlRig.Url(backend));
        await rig.UntilAsync("a.localhost", RouteStates.Live);
    }

    [Fact]
    public async Task Route_BackendRefuses_IsDownWithSinceAndErrorThenLiveWhenItComes()
    {
        await using var rig = await ControlRig.StartAsync();
        using var port = new HeldPort();
        await rig.AddAsync("a.localhost", port.Url);
        var down = await rig.UntilAsync("a.localhost", RouteStates.BackendDown);
        down.StateSince.ShouldNotBeNull();
        down.Problem!.Text.ShouldContain("connection refused");
        using var again = ControlRig.Listen(port.Number);
        await rig.UntilAsync("a.localhost", RouteStates.Live);
    }

    [Fact]
    public async Task Route_RouterShowsAnotherOne_StaysPendingWithTheReasonUntilTheProofSucceeds()
    {
        var probe = new ControlRig.FakeProbe { Answer = route => new Problem(ProblemType.RouteUnproved, ProblemSide.Daemon, route.Key.ToString(), "The proof failed.") };
        await using var rig = await ControlRig.StartAsync(probe: probe);
        using var backend = ControlRig.Listen();
        await rig.AddAsync("a.localhost", ControlRig.Url(backend));
        using var watch = rig.Boards.Watches.Watch([new RouteKey("a.localhost", "/")]);
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (rig.Reports.Of(new RouteKey("a.localhost", "/")).Single() is not { State: RouteStates.Pending, Problem.Type: ProblemType.RouteUnproved }) await watch.WaitAsync(limit.Token);
        probe.Answer = _ => null;
        await rig.UntilAsync("a.localhost", RouteStates.Live);
    }

    [Fact]
    public async Task Listener_GoesAndComesBack_TheNameWaitsWithTheReasonAndIsProvedAnew()
    {
        await using var rig = await ControlRig.StartAsync();
        using var backend = ControlRig.Listen();
        await rig.AddAsync("a.localhost", ControlRig.Url(backend));
        var proved = await rig.UntilAsync("a.localhost", RouteStates.Live);
        var (http, https) = (rig.Listeners.All[0], rig.Listeners.All[1]);
        var taken = new Problem(ProblemType.PortInUse, ProblemSide.System, "127.0.0.1:8443", "Port 8443 on 127.0.0.1 is held by nginx (pid 7).", Retry: true);
        (rig.Listeners.All, rig.Listeners.Waiting) = ([http], [https with { Problem = taken }]);
        rig.Prover.ListenersChanged(anew: false);
        var pending = await rig.UntilAsync("a.localhost", RouteStates.Pending);
        (pending.Problem, pending.Url).ShouldBe((taken, proved.Url));

        var asked = 0;
        rig.Probe.Answer = _ => Interlocked.Increment(ref asked) == 0 ? taken : null;
        (rig.Listeners.All, rig.Listeners.Waiting) = ([http, https], []);
        rig.Prover.ListenersChanged(anew: true);
        await rig.UntilAsync("a.localhost", RouteStates.Live);
        asked.ShouldBeGreaterThan(0);
    }

    [Fact]
    public async Task Route_Changed_IsPendingUntilProvedAtItsNewRevision()
    {
        await using var rig = await ControlRig.StartAsync();
        using var one = ControlRig.Listen();
        using var two = ControlRig.Listen();
        await rig.AddAsync("a.localhost", ControlRig.Url(one));
        await rig.UntilAsync("a.localhost", RouteStates.Live);
        var hold = new TaskCompletionSource();
        rig.Probe.Answer = route => hold.Task.IsCompleted ? null : new Problem(ProblemType.RouteUnproved, ProblemSide.Daemon, "", "");
        await rig.AddAsync("a.localhost", ControlRig.Url(two));
        rig.Reports.Of(new RouteKey("a.localhost", "/")).Single().State.ShouldBe(RouteStates.Pending);
        hold.SetResult();
        (await rig.UntilAsync("a.localhost", RouteStates.Live)).Revision.ShouldBe(2);
    }

    [Fact]
    public async Task Routes_SharingABackend_CauseOneEntryAndEndWithTheLastRoute()
    {
        await using var rig = await ControlRig.StartAsync();
        using var backend = ControlRig.Listen();
        for (var number = 0; number < 20; number++) await rig.AddAsync($"h{number}.localhost", ControlRig.Url(backend));
        rig.Boards.Backends.Count.ShouldBe(1);
        for (var number = 0; number < 20; number++) await rig.Writer.WriteAsync(new Signalbox.Control.Writing.ReleaseWish([Naming.RouteOwner($"h{number}.localhost", "/")]));
        rig.Boards.Backends.Count.ShouldBe(0);
    }
}
