using FsCheck;
using FsCheck.Fluent;
using Signalbox.Control.Merging;
using Signalbox.Model;

namespace Signalbox.Tests.Control.Merging;

public sealed class ClaimBookTests
{
    private static readonly Config Runs = Config.QuickThrowOnFailure.WithMaxTest(300);

    [Fact]
    public void Book_ClaimsInAnyOrder_GivesTheSameState() => ForAnySeed(seed =>
    {
        var random = new RandomClaims(seed);
        var claims = random.Several(12);
        var one = ClaimBook.Empty.Apply([], claims, 1).Book;
        var other = OneByOne(random.Shuffle(claims));
        return RandomClaims.RoutesOf(one).SequenceEqual(RandomClaims.RoutesOf(other));
    });

    [Fact]
    public void Book_UpsertsAndRemovals_EqualARebuild() => ForAnySeed(seed =>
    {
        var random = new RandomClaims(seed);
        var book = ClaimBook.Empty;
        var revision = 0L;
        for (var step = 0; step < 30; step++)
        {
            var claim = random.Next();
            (book, _) = step % 4 == 3 ? book.Apply([claim.Owner], [], ++revision) : book.Apply([], [claim], ++revision);
        }

        var rebuilt = ClaimBook.Empty.Apply([], [.. book.Claims], 1).Book;
        return RandomClaims.RoutesOf(book).SequenceEqual(RandomClaims.RoutesOf(rebuilt));
    });

    [Fact]
    public void Changes_ReplayedOnTheOldState_GiveTheNewState() => ForAnySeed(seed =>
    {
        var random = new RandomClaims(seed);
        var book = ClaimBook.Empty;
        var replayed = new SortedDictionary<RouteKey, Route>();
        for (var step = 1; step <= 30; step++)
        {
            var claim = random.Next();
            var (next, change) = step % 4 == 3 ? book.Apply([claim.Owner], [], step) : book.Apply([], [claim], step);
            foreach (var route in change.Set) replayed[route.Key] = route;
            foreach (var key in change.Removed)
            {
                if (!replayed.Remove(key)) return false;
            }

            book = next;
        }

        return replayed.SequenceEqual(book.Edge.Routes);
    });

    [Fact]
    public void Change_OfOneClaim_TouchesOnlyItsOwnKeys()
    {
        var book = OneByOne([Claim("a", "a.localhost", 1), Claim("b", "b.localhost", 2)]);
        var (after, change) = book.Apply([], [Claim("b", "b.localhost", 2) with { Backends = [new Backend(BackendScheme.Http, "localhost", 9)] }], 7);
        change.Set.Single().Key.Host.ShouldBe("b.localhost");
        change.Removed.ShouldBeEmpty();
        after.Edge.Routes[new RouteKey("a.localhost", "/")].ShouldBeSameAs(book.Edge.Routes[new RouteKey("a.localhost", "/")]);
        after.Edge.Routes[new RouteKey("b.localhost", "/")].Revision.ShouldBe(7);
    }

    [Fact]
    public void Change_ThatChangesNothing_IsEmptyAndKeepsTheRevisionOfItsRoutes()
    {
        var book = OneByOne([Claim("a", "a.localhost", 1)]);
        var (after, change) = book.Apply([], [Claim("a", "a.localhost", 1)], 9);
        change.IsEmpty.ShouldBeTrue();
        after.Edge.Routes.ShouldBe(book.Edge.Routes);
    }

    [Fact]
    public void Owner_ClaimsAgain_ReplacesAndNeverAppends()
    {
        var book = OneByOne([Claim("a", "old.localhost", 1), Claim("a", "new.localhost", 2)]);
        book.Count.ShouldBe(1);
        book.Edge.Routes.Keys.ShouldBe([new RouteKey("new.localhost", "/")]);
    }

    [Fact]
    public void SameProject_NewestWithABackend_HasTheNameUntilItLeaves()
    {
        var older = Claim("older", "app.localhost", 1) with { Project = "p" };
        var newer = Claim("newer", "app.localhost", 2) with { Project = "p", Held = older.Held };
        var book = OneByOne([older, newer]);
        Winner(book).ShouldBe(newer.Owner);
        Winner(book.Apply([newer.Owner], [], 3).Book).ShouldBe(older.Owner);
    }

    [Fact]
    public void SameProject_NewestWithoutABackend_TakesNothingFromTheRunningOne()
    {
        var older = Claim("older", "app.localhost", 1) with { Project = "p" };
        var starting = Claim("newer", "app.localhost", 2) with { Project = "p", Backends = [], Held = older.Held };
        Winner(OneByOne([older, starting])).ShouldBe(older.Owner);
    }

    [Fact]
    public void OtherProject_CameLater_IsShadowedAndComesWhenTheHolderLeaves()
    {
        var holder = Claim("holder", "app.localhost", 1);
        var later = Claim("later", "app.localhost", 2);
        var book = OneByOne([later, holder]);
        Winner(book).ShouldBe(holder.Owner);
        Winner(book.Apply([holder.Owner], [], 3).Book).ShouldBe(later.Owner);
    }

    [Fact]
    public void Taker_OfAHeldName_HasItUntilItLeaves()
    {
        var holder = Claim("holder", "app.localhost", 1);
        var taker = Claim("taker", "app.localhost", 2) with { Taken = Time(2) };
        var book = OneByOne([holder, taker]);
        Winner(book).ShouldBe(taker.Owner);
        Winner(book.Apply([taker.Owner], [], 3).Book).ShouldBe(holder.Owner);
    }

    [Fact]
    public void Group_OfReplicas_JoinsItsBackendsSortedAndOnce()
    {
        Claim Replica(string key, int second, int port) => Claim(key, "app.localhost", second) with
        {
            Project = "compose/shop",
            Group = "web",
            Held = Time(1),
            Backends = [new Backend(BackendScheme.Http, "localhost", port)],
        };
        var book = OneByOne([Replica("2", 2, 4002), Replica("1", 1, 4001), Replica("3", 3, 4001)]);
        book.Edge.Routes.Values.Single().Backends.Select(backend => backend.Port).ShouldBe([4001, 4002]);
    }

    [Fact]
    public void Admission_OfANewerProcessOfTheHoldingProject_InheritsTheHold()
    {
        // Without it, a rival who queued up meanwhile would win the moment the older process leaves.
        var first = Claim("first", "app.localhost", 1) with { Project = "p" };
        var rival = Claim("rival", "app.localhost", 2);
        var book = OneByOne([first, rival]);
        var second = Admission.Record(book, Claim("second", "app.localhost", 0) with { Project = "p" }, Time(3), take: false);
        book = book.Apply([], [second], 9).Book.Apply([first.Owner], [], 10).Book;
        Winner(book).ShouldBe(second.Owner);
    }

    [Fact]
    public void Admission_OfTheSameOwnerOnAnotherPort_KeepsItsTimes()
    {
        var claim = Claim("a", "app.localhost", 1);
        var moved = Admission.Record(OneByOne([claim]), claim with { Backends = [new Backend(BackendScheme.Http, "localhost", 9)], Since = default, Held = default }, Time(5), take: false);
        (moved.Since, moved.Held).ShouldBe((claim.Since, claim.Held));
    }

    private static Owner Winner(ClaimBook book) => book.Edge.Routes.Values.Single().Owner;

    private static DateTimeOffset Time(int second) => new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero).AddSeconds(second);

    private static Claim Claim(string key, string host, int second) => new()
    {
        Owner = new Owner(Owner.Dev, key),
        Hosts = [host],
        Backends = [new Backend(BackendScheme.Http, "localhost", 3000)],
        Since = Time(second),
        Held = Time(second),
    };

    private static ClaimBook OneByOne(IEnumerable<Claim> claims)
    {
        var book = ClaimBook.Empty;
        foreach (var claim in claims) (book, _) = book.Apply([], [claim], book.Edge.Revision + 1);
        return book;
    }

    private static void ForAnySeed(Func<int, bool> holds) => Prop.ForAll(ArbMap.Default.ArbFor<int>(), holds).Check(Runs);
}
