using Signalbox.Control;
using Signalbox.Control.Explaining;
using Signalbox.Control.Merging;
using Signalbox.Control.Writing;
using Signalbox.Model;

namespace Signalbox.Tests.Control;

/// <summary>What goes wrong in one place stays there.</summary>
public sealed class WriterFaultTests
{
    [Fact]
    public async Task Store_Throws_TheChangeIsRefusedAndTheNextSucceeds()
    {
        await using var rig = await ControlRig.StartAsync();
        rig.Store.Fault = new InvalidOperationException("unexpected");
        (await rig.AddAsync("a.localhost", "http://127.0.0.1:1")).Problem.Text.ShouldContain("unexpected");
        rig.Edge.Book.Count.ShouldBe(0);
        rig.Store.Fault = null;
        (await rig.AddAsync("a.localhost", "http://127.0.0.1:1")).Succeeded.ShouldBeTrue();
    }

    [Fact]
    public async Task Wish_ThatCannotBeDrawn_HarmsItselfAloneInItsBatch()
    {
        await using var rig = await ControlRig.StartAsync();
        var hold = new TaskCompletionSource();
        rig.Store.Hold = _ => hold.Task;
        var first = rig.AddAsync("first.localhost", "1");
        var bad = rig.Writer.WriteAsync(new BrokenWish());
        var good = rig.AddAsync("good.localhost", "1");
        hold.SetResult();
        (await first).Succeeded.ShouldBeTrue();
        (await bad).Problem.Type.ShouldBe("internal");
        (await good).Succeeded.ShouldBeTrue();
        rig.Plane.Carried.Count.ShouldBe(2);
    }

    [Fact]
    public async Task Observer_Throws_TheChangeStandsAndIsAnsweredSo()
    {
        await using var rig = await ControlRig.StartAsync();
        rig.Writer.Observe(new BrokenObserver());
        (await rig.AddAsync("a.localhost", "1")).Succeeded.ShouldBeTrue();
        rig.Plane.Carried.Count.ShouldBe(1);
    }

    [Fact]
    public async Task Batch_AddedChangedAndRemovedTogether_GivesThePlanesTheSum()
    {
        await using var rig = await ControlRig.StartAsync();
        await rig.AddAsync("kept.localhost", "1");
        var hold = new TaskCompletionSource();
        rig.Store.Hold = _ => hold.Task;
        var opener = rig.AddAsync("opener.localhost", "1");
        List<Task<Outcome<long>>> wishes =
        [
            rig.AddAsync("a.localhost", "1"),
            rig.AddAsync("kept.localhost", "2"),
            rig.AddAsync("a.localhost", "3"),
            rig.Writer.WriteAsync(new ReleaseWish([Naming.RouteOwner("kept.localhost", "/")])),
            rig.Writer.WriteAsync(new ReleaseWish([Naming.RouteOwner("opener.localhost", "/")])),
            rig.AddAsync("kept.localhost", "4"),
        ];
        hold.SetResult();
        await opener;
        await Task.WhenAll(wishes);
        rig.Plane.Carried.Values.ShouldBe(rig.Edge.Book.Edge.Routes.Values);
        rig.Plane.Carried.Values.Select(route => $"{route.Key}→{route.Backends}").ShouldBe(["a.localhost→http://localhost:3", "kept.localhost→http://localhost:4"]);
        rig.Boards.Backends.Count.ShouldBe(2);
    }

    [Fact]
    public async Task Check_WhileRoutesChange_SeesNoDriftAndAFixTakesNothingBack()
    {
        await using var rig = await ControlRig.StartAsync();
        var checkup = new PlaneCheckup(rig.Edge, rig.Boards.Planes);
        var churn = Task.Run(async () =>
        {
            for (var round = 0; round < 300; round++) await rig.AddAsync($"h{round % 5}.localhost", $"{1 + round}");
        });
        while (!churn.IsCompleted) (await checkup.CheckAsync(fix: true, CancellationToken.None)).Planes.Single().Drift.ShouldBeEmpty();
        await churn;
        rig.Plane.Carried.Values.ShouldBe(rig.Edge.Book.Edge.Routes.Values);
    }

    private sealed record BrokenWish : Wish
    {
        public override Draft Draw(ClaimBook book, Ticker ticker) => throw new InvalidOperationException("broken");
    }

    private sealed class BrokenObserver : IEdgeObserver
    {
        public void Applied(ClaimBook before, ClaimBook after, EdgeChange change) => throw new InvalidOperationException("broken");
    }
}
