using Signalbox.Control.Leases;
using Signalbox.Control.Writing;
using Signalbox.Model;
using Signalbox.Tests.Support;
using static Signalbox.Tests.Control.Holder;

namespace Signalbox.Tests.Control;

/// <summary>Ends, returns and decisions that meet in one instant.</summary>
public sealed class LeaseRaceTests
{
    private static readonly Problem DiskFull = new(ProblemType.StoreFull, ProblemSide.System, "signalbox.db", "The disk is full.", Retry: true);

    [Fact]
    public async Task OldConnection_EndsWhileItsHolderReconnects_NeverTakesTheNewClaimAlong()
    {
        await using var rig = await ControlRig.StartAsync();
        var lease = (await rig.Leases.TakeAsync(Request("app.localhost", "p", "1", "1"), CancellationToken.None)).Value!;
        for (var round = 0; round < 300; round++)
        {
            var old = lease;
            var ending = Task.Run(async () => await old.DisposeAsync());
            var taking = Task.Run(() => rig.Leases.TakeAsync(Request("app.localhost", "p", "1", "1"), CancellationToken.None));
            lease = (await taking).Value!;
            await ending;
            rig.Edge.Book.Count.ShouldBe(1, $"round {round}");
        }

        await lease.DisposeAsync();
        rig.Edge.Book.Count.ShouldBe(0);
    }

    [Fact]
    public async Task Holder_ReturnsAsTheGraceEnds_HasItsClaim()
    {
        for (var round = 0; round < 40; round++)
        {
            var store = new MemoryStore();
            await using (var before = await ControlRig.StartAsync(store)) await before.Leases.TakeAsync(Request("app.localhost", "p", "1", "1"), CancellationToken.None);
            var time = new FakeTimeProvider();
            await using var rig = await ControlRig.StartAsync(store, leaseTime: time);
            var grace = rig.Leases.EndGraceAsync(CancellationToken.None);
            var back = Task.Run(() => rig.Leases.TakeAsync(Request("app.localhost", "p", "1", "1"), CancellationToken.None));
            time.Advance(LeaseBook.Grace);
            await grace;
            (await back).Succeeded.ShouldBeTrue();
            rig.Edge.Book.Count.ShouldBe(1, $"round {round}");
        }
    }

    [Fact]
    public async Task Lease_EndsWhileTheDiskIsFull_IsReleasedOnceItCanBeRecorded()
    {
        var time = new FakeTimeProvider();
        await using var rig = await ControlRig.StartAsync(leaseTime: time);
        using var holder = await TakeAsync(rig, "app.localhost", "p", "1", "1");
        rig.Store.Refusal = DiskFull;
        await holder.Lease.DisposeAsync();
        rig.Edge.Book.Count.ShouldBe(1);
        rig.Store.Refusal = null;
        var released = rig.Writer.Events.Subscribe();
        await time.TimerSetAsync(TimeSpan.FromSeconds(1));
        time.Advance(TimeSpan.FromSeconds(1));
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        await using var lines = released.ReadAllAsync(limit.Token).GetAsyncEnumerator(limit.Token);
        (await lines.MoveNextAsync()).ShouldBeTrue();
        lines.Current.Change.ShouldBe("remove");
        rig.Edge.Book.Count.ShouldBe(0);
    }

    [Fact]
    public async Task Newcomer_WaitingForAHolderToComeBack_IsRefusedAtOnceWhenItDoesAndLeavesNoOtherLine()
    {
        var store = new MemoryStore();
        await using (var before = await ControlRig.StartAsync(store)) await before.Leases.TakeAsync(Request("app.localhost", "one", "1", "1"), CancellationToken.None);
        await using var rig = await ControlRig.StartAsync(store, leaseTime: new FakeTimeProvider());
        var newcomer = rig.Leases.TakeAsync(Request("app.localhost", "two", "2", "1"), CancellationToken.None);
        newcomer.IsCompleted.ShouldBeFalse();
        store.Journal.ShouldNotContain(line => line.Change == "refuse");
        using var back = await TakeAsync(rig, "app.localhost", "one", "1");
        (await newcomer.WaitAsync(TimeSpan.FromSeconds(30))).Problem.Type.ShouldBe(ProblemType.HostInUse);
        store.Journal.Count(line => line.Change == "refuse").ShouldBe(1);
    }

    [Fact]
    public async Task Unconfirmed_TakenByAnother_ComesBackIntoItsShadowAndIsRestored()
    {
        var store = new MemoryStore();
        await using (var before = await ControlRig.StartAsync(store)) await before.Leases.TakeAsync(Request("app.localhost", "one", "1", "1"), CancellationToken.None);
        await using var rig = await ControlRig.StartAsync(store, leaseTime: new FakeTimeProvider());
        using var taker = await TakeAsync(rig, Request("app.localhost", "two", "2", "2") with { Take = true });
        using var back = await TakeAsync(rig, "app.localhost", "one", "1");
        await back.UntilAsync("displaced");
        await taker.Lease.DisposeAsync();
        await back.UntilAsync("restored");
    }

    [Fact]
    public async Task Restart_SecondWithinTheGrace_KeepsTheClaimForAnotherGrace()
    {
        var store = new MemoryStore();
        await using (var first = await ControlRig.StartAsync(store)) await first.Leases.TakeAsync(Request("app.localhost", "one", "1", "1"), CancellationToken.None);
        await using (var second = await ControlRig.StartAsync(store, leaseTime: new FakeTimeProvider()))
        {
            using var stop = new CancellationTokenSource();
            var cut = second.Leases.EndGraceAsync(stop.Token);
            second.Leases.Shutdown();
            await stop.CancelAsync();
            await Should.ThrowAsync<OperationCanceledException>(() => cut);
        }

        await using var third = await ControlRig.StartAsync(store);
        third.Plane.Carried.Count.ShouldBe(1);
    }

    [Fact]
    public async Task Name_TakenBackAndForth_GoesToTheLastTakerAndBackWhenItLeaves()
    {
        await using var rig = await ControlRig.StartAsync();
        using var one = await TakeAsync(rig, "app.localhost", "one", "1", "1");
        using var two = await TakeAsync(rig, Request("app.localhost", "two", "2", "2") with { Take = true });
        using var again = await TakeAsync(rig, Request("app.localhost", "one", "1", "1") with { Take = true });
        Owner().ShouldBe(again.Lease.Claim.Owner);
        using var twice = await TakeAsync(rig, Request("app.localhost", "two", "2", "2") with { Take = true });
        Owner().ShouldBe(two.Lease.Claim.Owner);
        await twice.Lease.DisposeAsync();
        Owner().ShouldBe(one.Lease.Claim.Owner);

        Owner Owner() => rig.Edge.Book.Edge.Routes.Values.Single().Owner;
    }

    [Fact]
    public async Task Holder_AddsAHost_KeepsItsPlaceOnTheOneItHad()
    {
        await using var rig = await ControlRig.StartAsync();
        using var holder = await TakeAsync(rig, "app.localhost", "one", "1", "1");
        var entry = new Claim { Owner = Naming.FileOwner("f.yaml", "app.localhost", "/"), Hosts = ["app.localhost"], Backends = [new Backend(BackendScheme.Http, "localhost", 2)] };
        await rig.Writer.WriteAsync(new ReplaceWish(Signalbox.Model.Owner.File, [entry]));
        using var more = await TakeAsync(rig, Request("app.localhost", "one", "1", "1") with { Hosts = ["app.localhost", "more.localhost"] });
        rig.Edge.Book.Edge.Routes.Values.ShouldAllBe(route => route.Owner == more.Lease.Claim.Owner);
        await rig.Writer.WriteAsync(new ReplaceWish(Signalbox.Model.Owner.File, [entry with { Backends = [new Backend(BackendScheme.Http, "localhost", 3)] }]));
        rig.Edge.Book.Edge.Routes.Values.ShouldAllBe(route => route.Owner == more.Lease.Claim.Owner);
        await more.Lease.DisposeAsync();
        rig.Edge.Book.Edge.Routes.Values.Single().Owner.ShouldBe(entry.Owner);
    }

    [Fact]
    public async Task Update_WithSeveralBadTargets_ListsThemAll()
    {
        await using var rig = await ControlRig.StartAsync();
        using var holder = await TakeAsync(rig, "app.localhost", "one", "1");
        (await rig.Leases.UpdateAsync(holder.Lease.Id, new() { Backends = ["ftp://x:1", "http://x:0"] })).Count.ShouldBe(2);
        (await rig.Leases.UpdateAsync("sb-dev-none", new())).Single().Type.ShouldBe(ProblemType.NotFound);
    }

    [Fact]
    public async Task Lease_ThousandTakenAndEnded_LeavesNothingBehind()
    {
        await using var rig = await ControlRig.StartAsync();
        await Task.WhenAll(Enumerable.Range(0, 1000).Select(number => Task.Run(async () =>
        {
            var lease = (await rig.Leases.TakeAsync(Request($"h{number}.localhost", "p", "1", $"{1000 + (number % 7)}"), CancellationToken.None)).Value!;
            await lease.DisposeAsync();
        })));
        (rig.Leases.Count, rig.Edge.Book.Count, rig.Boards.Backends.Count, rig.Plane.Carried.Count).ShouldBe((0, 0, 0, 0));
        Enumerable.Range(0, 1000).ShouldAllBe(number => !rig.Boards.Watches.IsWatched(new RouteKey($"h{number}.localhost", "/")));
    }
}
