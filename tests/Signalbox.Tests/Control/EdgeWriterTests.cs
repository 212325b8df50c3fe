using Signalbox.Control.Merging;
using Signalbox.Control.Writing;
using Signalbox.Model;
using Signalbox.Model.Wire;
using Signalbox.Tests.Control.Merging;

namespace Signalbox.Tests.Control;

public sealed class EdgeWriterTests
{
    [Fact]
    public async Task Write_EachChange_GivesARevisionAndReachesPlaneAndStore()
    {
        await using var rig = await ControlRig.StartAsync();
        (await rig.AddAsync("a.localhost", "http://127.0.0.1:1")).Value.ShouldBe(1);
        (await rig.AddAsync("b.localhost", "http://127.0.0.1:1")).Value.ShouldBe(2);
        rig.Plane.Carried.Keys.Select(key => key.Host).ShouldBe(["a.localhost", "b.localhost"]);
        rig.Store.Revision.ShouldBe(2);
        rig.Store.Journal.Select(entry => (entry.Revision, entry.Change, entry.Subject)).ShouldBe([(1, "put", "a.localhost"), (2, "put", "b.localhost")]);
    }

    [Fact]
    public async Task Write_TheSameAgain_TouchesNothing()
    {
        await using var rig = await ControlRig.StartAsync();
        await rig.AddAsync("a.localhost", "http://127.0.0.1:1");
        (await rig.AddAsync("a.localhost", "http://127.0.0.1:1")).Value.ShouldBe(1);
        rig.Store.Commits.ShouldBe(1);
    }

    [Fact]
    public async Task Write_StoreRefuses_NothingIsAppliedAndTheNextSucceeds()
    {
        await using var rig = await ControlRig.StartAsync();
        rig.Store.Refusal = new Problem(ProblemType.StoreFull, ProblemSide.System, "signalbox.db", "The disk is full.");
        (await rig.AddAsync("a.localhost", "http://127.0.0.1:1")).Problem.Type.ShouldBe(ProblemType.StoreFull);
        rig.Plane.Carried.ShouldBeEmpty();
        rig.Edge.Book.Count.ShouldBe(0);
        rig.Store.Refusal = null;
        (await rig.AddAsync("a.localhost", "http://127.0.0.1:1")).Value.ShouldBe(1);
    }

    [Fact]
    public async Task Write_ManyAtOnce_AllAreAppliedAndTheReplayedJournalNamesThemAll()
    {
        await using var rig = await ControlRig.StartAsync();
        var written = await Task.WhenAll(Enumerable.Range(0, 500).Select(number => Task.Run(() => rig.AddAsync($"h{number}.localhost", "http://127.0.0.1:1"))));
        written.Select(outcome => outcome.Value).Order().ShouldBe(Enumerable.Range(1, 500).Select(number => (long)number));
        rig.Plane.Carried.Count.ShouldBe(500);
        rig.Store.Journal.Select(entry => entry.Subject).Order(StringComparer.Ordinal).ShouldBe(rig.Plane.Carried.Keys.Select(key => key.Host).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Journal_ReplayedFromNothing_EqualsTheState()
    {
        for (var seed = 1; seed <= 30; seed++)
        {
            await using var rig = await ControlRig.StartAsync();
            var random = new RandomClaims(seed);
            for (var step = 0; step < 40; step++)
            {
                var claim = random.Next();
                await rig.Writer.WriteAsync(step % 4 == 3 ? new ReleaseWish([claim.Owner]) : new AdmitWish(claim, step % 7 == 0, RefuseConflicts: step % 2 == 0));
            }

            var replayed = ClaimBook.Empty;
            foreach (var batch in rig.Store.Batches) (replayed, _) = replayed.Apply([.. batch.Removed], [.. batch.Put], batch.Revision);
            RandomClaims.RoutesOf(replayed).ShouldBe(RandomClaims.RoutesOf(rig.Edge.Book), $"seed {seed}");
            replayed.Claims.OrderBy(claim => claim.Owner).ShouldBe(rig.Edge.Book.Claims.OrderBy(claim => claim.Owner), $"seed {seed}");
        }
    }

    [Fact]
    public async Task Write_PlaneFails_IsShownAndHealedByAFix()
    {
        await using var rig = await ControlRig.StartAsync();
        rig.Plane.Fails = true;
        (await rig.AddAsync("a.localhost", "http://127.0.0.1:1")).Succeeded.ShouldBeTrue();
        rig.Boards.Planes.Status.Single().State.ShouldBe("failed");
        rig.Plane.Fails = false;
        var checkup = new Signalbox.Control.Explaining.PlaneCheckup(rig.Edge, rig.Boards.Planes);
        var found = await checkup.CheckAsync(fix: false, CancellationToken.None);
        found.Ok.ShouldBeFalse();
        found.Planes.Single().Drift.Single().Kind.ShouldBe("missing");
        (await checkup.CheckAsync(fix: true, CancellationToken.None)).Ok.ShouldBeTrue();
    }

    [Fact]
    public async Task Route_RefusedByAPlane_IsQuarantinedAloneWithItsReason()
    {
        await using var rig = await ControlRig.StartAsync();
        rig.Plane.Refuse = route => route.Key.Host == "bad.localhost" ? new Problem(ProblemType.Unsupported, ProblemSide.Request, "bad.localhost", "No.") : null;
        await rig.AddAsync("bad.localhost", "http://127.0.0.1:1");
        await rig.AddAsync("good.localhost", "http://127.0.0.1:1");
        var report = rig.Reports.Of(new RouteKey("bad.localhost", "/")).Single();
        report.State.ShouldBe(RouteStates.Quarantined);
        report.Problem!.Text.ShouldBe("No.");
        rig.Plane.Carried.Keys.Select(key => key.Host).ShouldBe(["good.localhost"]);
    }

    [Fact]
    public async Task Source_SaysItsWholeSet_RemovesWhatItNoLongerNamesAndLeavesTheRest()
    {
        await using var rig = await ControlRig.StartAsync();
        Claim Entry(string host) => new() { Owner = Naming.FileOwner("f.yaml", host, "/"), Hosts = [host], Backends = [new Backend(BackendScheme.Http, "localhost", 1)] };
        await rig.AddAsync("other.localhost", "http://127.0.0.1:1");
        await rig.Writer.WriteAsync(new ReplaceWish(Owner.File, [Entry("a.localhost"), Entry("b.localhost")]));
        var kept = rig.Plane.Carried[new RouteKey("a.localhost", "/")];
        await rig.Writer.WriteAsync(new ReplaceWish(Owner.File, [Entry("a.localhost"), Entry("c.localhost")]));
        rig.Plane.Carried.Keys.Select(key => key.Host).ShouldBe(["a.localhost", "c.localhost", "other.localhost"]);
        rig.Plane.Carried[new RouteKey("a.localhost", "/")].ShouldBeSameAs(kept);
    }
}
