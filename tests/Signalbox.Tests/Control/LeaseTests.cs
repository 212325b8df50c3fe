using Signalbox.Control.Leases;
using Signalbox.Model;
using Signalbox.Model.Wire;
using Signalbox.Tests.Support;
using static Signalbox.Tests.Control.Holder;

namespace Signalbox.Tests.Control;

public sealed class LeaseTests
{
    [Fact]
    public async Task Lease_CommandListensLater_IsGrantedThenProved()
    {
        await using var rig = await ControlRig.StartAsync();
        using var backend = ControlRig.Listen();
        using var holder = await TakeAsync(rig, "app.localhost", "p", "1");
        (await holder.NextAsync()).ShouldSatisfyAllConditions(
            told => told.Event.ShouldBe("granted"),
            told => told.Urls.ShouldBe(["https://app.localhost:8443"]));
        (await rig.Leases.UpdateAsync(holder.Lease.Id, new LeaseUpdate { Backends = [ControlRig.Url(backend)] })).ShouldBeEmpty();
        (await holder.NextAsync()).Event.ShouldBe("proved");
        rig.Reports.Of(new RouteKey("app.localhost", "/")).Single().State.ShouldBe(RouteStates.Live);
    }

    [Fact]
    public async Task Lease_BackendStopsAndComesBack_IsToldBoth()
    {
        await using var rig = await ControlRig.StartAsync();
        using var port = new HeldPort();
        var backend = ControlRig.Listen(port.Number);
        using var holder = await TakeAsync(rig, "app.localhost", "p", "1", port.Url);
        await holder.UntilAsync("proved");
        backend.Dispose();
        rig.Boards.Backends.Failed(Backend.Parse(port.Url).Value!, "connection refused");
        (await holder.NextAsync()).Event.ShouldBe("backend-down");
        using var again = ControlRig.Listen(port.Number);
        (await holder.NextAsync()).Event.ShouldBe("proved");
    }

    [Fact]
    public async Task Lease_EndOfItsConnection_EndsTheClaim()
    {
        await using var rig = await ControlRig.StartAsync();
        using (var holder = await TakeAsync(rig, "app.localhost", "p", "1")) await holder.Lease.DisposeAsync();
        rig.Edge.Book.Count.ShouldBe(0);
        rig.Plane.Carried.ShouldBeEmpty();
    }

    [Fact]
    public async Task Lease_OfANameHeldByAnotherProject_IsRefusedNamingTheHolder()
    {
        await using var rig = await ControlRig.StartAsync();
        using var holder = await TakeAsync(rig, "app.localhost", "/home/ann/shop", "1");
        var refused = await rig.Leases.TakeAsync(Request("app.localhost", "/home/ann/other", "2"), CancellationToken.None);
        refused.Problem.Type.ShouldBe(ProblemType.HostInUse);
        refused.Problem.Text.ShouldContain("/home/ann/shop");
        refused.Problem.Advice!.ShouldContain("--take");
        rig.Store.Journal[^1].Change.ShouldBe("refuse");
        rig.Reports.All().Select(report => report.State).ShouldBe([RouteStates.Pending, RouteStates.Refused]);
        rig.Why.Explain("app.localhost").Steps.ShouldContain(step => step.Step == "refused" && step.Detail.Contains("/home/ann/shop"));
    }

    [Fact]
    public async Task Lease_WithTake_DisplacesAndRestoresTheHolder()
    {
        await using var rig = await ControlRig.StartAsync();
        using var backend = ControlRig.Listen();
        using var holder = await TakeAsync(rig, "app.localhost", "one", "1", ControlRig.Url(backend));
        await holder.UntilAsync("proved");
        using var taker = await TakeAsync(rig, Request("app.localhost", "two", "2", ControlRig.Url(backend)) with { Take = true });
        (await holder.NextAsync()).Event.ShouldBe("displaced");
        await taker.UntilAsync("proved");
        await taker.Lease.DisposeAsync();
        (await holder.NextAsync()).Event.ShouldBe("restored");
    }

    [Fact]
    public async Task Lease_NewerOfTheSameProject_TakesOverOnlyOnceItListens()
    {
        await using var rig = await ControlRig.StartAsync();
        using var backend = ControlRig.Listen();
        using var older = await TakeAsync(rig, "app.localhost", "p", "1", ControlRig.Url(backend));
        await older.UntilAsync("proved");
        using var newer = await TakeAsync(rig, "app.localhost", "p", "2");
        rig.Edge.Book.Edge.Routes.Values.Single().Owner.ShouldBe(older.Lease.Claim.Owner);
        using var second = ControlRig.Listen();
        await rig.Leases.UpdateAsync(newer.Lease.Id, new LeaseUpdate { Backends = [ControlRig.Url(second)] });
        await newer.UntilAsync("proved");
        (await older.NextAsync()).Event.ShouldBe("displaced");
    }

    [Fact]
    public async Task Lease_HolderReconnectsBeforeTheOldConnectionEnded_KeepsTheName()
    {
        await using var rig = await ControlRig.StartAsync();
        using var backend = ControlRig.Listen();
        using var old = await TakeAsync(rig, "app.localhost", "p", "1", ControlRig.Url(backend));
        await old.UntilAsync("proved");
        using var now = await TakeAsync(rig, "app.localhost", "p", "1");
        await old.Lease.DisposeAsync();
        await now.UntilAsync("proved");
        rig.Edge.Book.Edge.Routes.Values.Single().Backends.Single().ToString().ShouldBe(ControlRig.Url(backend));
    }

    [Fact]
    public async Task Lease_KnownBeforeARestart_ServesAtOnceAndIsDroppedWhenNobodyComesBack()
    {
        var store = new MemoryStore();
        await using (var before = await ControlRig.StartAsync(store))
        {
            using var stays = await TakeAsync(before, "stays.localhost", "one", "1", "http://127.0.0.1:1");
            using var gone = await TakeAsync(before, "gone.localhost", "two", "2", "http://127.0.0.1:1");
        }

        var time = new FakeTimeProvider();
        await using var after = await ControlRig.StartAsync(store, leaseTime: time);
        after.Plane.Carried.Count.ShouldBe(2);
        using var back = await TakeAsync(after, "stays.localhost", "one", "1");
        var grace = after.Leases.EndGraceAsync(CancellationToken.None);
        time.Advance(LeaseBook.Grace);
        await grace;
        after.Plane.Carried.Keys.Select(key => key.Host).ShouldBe(["stays.localhost"]);
    }

    [Fact]
    public async Task Lease_OfANameWhoseHolderMayComeBackAfterARestart_WaitsForTheGraceAndThenHasIt()
    {
        var store = new MemoryStore();
        await using (var before = await ControlRig.StartAsync(store))
        {
            using var gone = await TakeAsync(before, "app.localhost", "one", "1", "http://127.0.0.1:1");
        }

        var time = new FakeTimeProvider();
        await using var after = await ControlRig.StartAsync(store, leaseTime: time);
        var newcomer = after.Leases.TakeAsync(Request("app.localhost", "two", "2"), CancellationToken.None);
        var grace = after.Leases.EndGraceAsync(CancellationToken.None);
        newcomer.IsCompleted.ShouldBeFalse();
        time.Advance(LeaseBook.Grace);
        await grace;
        await using var lease = (await newcomer.WaitAsync(TimeSpan.FromSeconds(30))).Value!;
        after.Edge.Book.Edge.Routes.Values.Single().Owner.ShouldBe(lease.Claim.Owner);
    }
}
