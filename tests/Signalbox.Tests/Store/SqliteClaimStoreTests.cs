using System.Runtime.Versioning;
using FsCheck;
using FsCheck.Fluent;
using Signalbox.Model;
using Signalbox.Model.Wire;
using Signalbox.Store;
using Signalbox.Store.Sqlite;

namespace Signalbox.Tests.Store;

public sealed class SqliteClaimStoreTests : IDisposable
{
    private readonly TemporaryHome _home = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _home.Dispose();

    [Fact]
    public async Task Open_NewHome_IsEmptyWithAPseudonymThatStays()
    {
        string first;
        await using (var store = Open())
        {
            var state = store.Load();
            state.Revision.ShouldBe(0);
            state.Claims.ShouldBeEmpty();
            state.Pseudonym.ShouldMatch("^signalbox-[0-9a-f]{12}$");
            store.Notices.ShouldBeEmpty();
            first = state.Pseudonym;
        }

        await using var again = Open();
        again.Load().Pseudonym.ShouldBe(first);
    }

    [Fact]
    [UnsupportedOSPlatform("windows")]
    public async Task Open_NewHome_KeepsEverythingFromOtherUsers()
    {
        var deeper = new HomeLayout(Path.Combine(_home.Layout.Root, "state", "signalbox"));
        await using var store = SqliteClaimStore.Open(deeper, TimeProvider.System).Value!;
        (await store.CommitAsync(Samples.Put(1, Samples.Claim(1)), Token)).ShouldBeNull();

        File.GetUnixFileMode(deeper.Root).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        foreach (var file in Directory.EnumerateFiles(deeper.Root)) File.GetUnixFileMode(file).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite, file);
    }

    [Fact]
    public async Task Commit_PutReplaceRemove_LeavesOneClaimForEachOwner()
    {
        await using (var store = Open())
        {
            await Commit(store, Samples.Put(1, Samples.Claim(1), Samples.Claim(2)));
            await Commit(store, Samples.Put(2, Samples.Claim(2, revision: 2)));
            await Commit(store, Samples.Remove(3, Samples.Owner(1), Samples.Owner(99)));
            store.Load().Claims.ShouldBe([Samples.Claim(2, revision: 2)]);
        }

        await using var again = Open();
        again.Load().ShouldSatisfyAllConditions(state => state.Revision.ShouldBe(3), state => state.Claims.ShouldBe([Samples.Claim(2, revision: 2)]));
    }

    [Fact]
    public async Task Commit_OwnerRemovedAndPutInOneBatch_Stands()
    {
        await using var store = Open();
        await Commit(store, Samples.Put(1, Samples.Claim(1)));
        await Commit(store, new StoreBatch(2, [Samples.Claim(1, revision: 2)], [Samples.Owner(1)], []));
        store.Load().Claims.ShouldBe([Samples.Claim(1, revision: 2)]);
    }

    [Fact]
    public async Task Commit_ManyAtOnceFromManyCallers_KeepsTheOrderTheyWereGiven()
    {
        await using var store = Open();
        var commits = new List<Task<Problem?>>();
        for (var revision = 1; revision <= 200; revision++) commits.Add(store.CommitAsync(Samples.Put(revision, Samples.Claim(2, revision)), Token).AsTask());
        (await Task.WhenAll(commits)).ShouldAllBe(problem => problem == null);

        store.Load().Claims.ShouldBe([Samples.Claim(2, revision: 200)]);
        var history = await store.HistoryAsync(200, null, Token);
        history.Select(entry => entry.Revision).ShouldBe(Enumerable.Range(1, 200).Reverse().Select(number => (long)number));
    }

    [Fact]
    public async Task Commit_CancelledBeforehand_WritesNothing()
    {
        await using var store = Open();
        await Should.ThrowAsync<OperationCanceledException>(async () => await store.CommitAsync(Samples.Put(1, Samples.Claim(1)), new CancellationToken(true)));
        store.Load().Claims.ShouldBeEmpty();
    }

    [Fact]
    public async Task Commit_AfterDispose_IsMisuse()
    {
        var store = Open();
        await store.DisposeAsync();
        await store.DisposeAsync();
        await Should.ThrowAsync<ObjectDisposedException>(async () => await store.CommitAsync(Samples.Put(1, Samples.Claim(1)), Token));
    }

    [Fact]
    public async Task StoredClaims_OfAnyShape_ReadBackEqual()
    {
        await using var store = Open();
        Prop.ForAll(ClaimGenerator.Claims().ToArbitrary(), claims => ReadBackEqual(store, claims)).QuickCheckThrowOnFailure();
    }

    [Fact]
    public async Task History_WithOwnerAndLimit_GivesTheNewestFirst()
    {
        await using var store = Open();
        for (var revision = 1; revision <= 20; revision++)
        {
            await Commit(store,
                new StoreBatch(revision, [], [], [Samples.Entry(revision, revision % 2, $"“{revision}”\n")]));
        }

        (await store.HistoryAsync(3, null, Token)).Select(entry => entry.Revision).ShouldBe([20L, 19L, 18L]);
        (await store.HistoryAsync(2, Samples.Owner(1).ToString(), Token)).ShouldBe([Samples.Entry(19, 1, "“19”\n"), Samples.Entry(17, 1, "“17”\n")]);
        (await store.HistoryAsync(0, null, Token)).Count.ShouldBe(1);
        (await store.HistoryAsync(10, "site/nobody", Token)).ShouldBeEmpty();
    }

    [Fact]
    public async Task Journal_PastItsBound_KeepsTheNewestLines()
    {
        await using (var store = Open())
        {
            await Commit(store, new StoreBatch(1, [], [], [.. Enumerable.Range(0, 12_000).Select(number => Samples.Entry(1, number))]));
            await Commit(store, new StoreBatch(2, [], [], [.. Enumerable.Range(0, 300).Select(number => Samples.Entry(2, number))]));
        }

        await using var again = Open();
        await Commit(again, new StoreBatch(3, [], [], [Samples.Entry(3, 1)]));
        var history = await again.HistoryAsync(int.MaxValue, null, Token);
        history.Count.ShouldBe(StoreWriter.JournalLines);
        history[0].Revision.ShouldBe(3);
        history[^1].ShouldBe(Samples.Entry(1, 12_000 - (10_000 - 301)));
    }

    [Fact]
    public async Task Size_UnderSteadyChurn_StaysWhatItWasAfterFewRounds()
    {
        var few = await Churn(rounds: 8);
        var many = await Churn(rounds: 100);

        // How full the pages of a tree are swings a little with what lies in them; growth would be ten times as much.
        many.ShouldBeLessThan(few + (few / 10));

        async Task<long> Churn(int rounds)
        {
            using var home = new TemporaryHome();
            await using (var store = SqliteClaimStore.Open(home.Layout, TimeProvider.System).Value!)
            {
                // Fill the journal first: it grows up to its bound, and what is asked here is whether anything grows after that.
                var revision = 1L;
                await Commit(store, new StoreBatch(revision, [], [],
                    [.. Enumerable.Range(0, StoreWriter.JournalLines).Select(number => Samples.Entry(1, number % 500))]));
                for (var round = 0; round < rounds; round++)
                {
                    var claims = Enumerable.Range(0, 500).Select(number => Samples.Claim(number)).ToArray();
                    await Commit(store, Samples.Put(++revision, claims));
                    await Commit(store, Samples.Remove(++revision, [.. claims.Select(claim => claim.Owner)]));
                }
            }

            return home.Size;
        }
    }

    [Fact]
    public async Task OneHundredThousandClaims_InOneBatch_AreAllThereAgain()
    {
        var claims = Enumerable.Range(0, 100_000).Select(number => Samples.Claim(number)).ToArray();
        var watch = System.Diagnostics.Stopwatch.StartNew();
        await using (var store = Open())
        {
            Note("open of a new store");
            await Commit(store, new StoreBatch(1, claims, [], [.. claims.Select((_, number) => Samples.Entry(1, number))]));
            Note("commit of 100,000 claims");
            await Commit(store, Samples.Put(2, Samples.Claim(4, 2)));
            Note("commit of one claim beside them");
        }

        watch.Restart();
        await using var again = Open();
        var state = again.Load();
        Note("open and load of 100,000 claims");
        state.Claims.Count.ShouldBe(100_000);
        claims[4] = Samples.Claim(4, 2);
        state.Claims.ToDictionary(claim => claim.Owner).ShouldSatisfyAllConditions(read => claims.All(claim => read[claim.Owner] == claim).ShouldBeTrue());

        void Note(string what)
        {
            TestContext.Current.TestOutputHelper?.WriteLine($"{what}: {watch.Elapsed.TotalMilliseconds:0.0} ms, {_home.Size / 1024} KiB");
            watch.Restart();
        }
    }

    /// <summary>Blocks, because a property is a plain function.</summary>
    private static bool ReadBackEqual(SqliteClaimStore store, Claim[] claims)
    {
        var before = store.Load();
        var revision = before.Revision + 1;
        var commit = store.CommitAsync(new StoreBatch(revision, claims, [.. before.Claims.Select(claim => claim.Owner)], []), Token);
        var problem = commit.AsTask().GetAwaiter().GetResult();
        var read = store.Load();
        return problem is null && read.Revision == revision && read.Claims.ToHashSet().SetEquals(claims);
    }

    private static async Task Commit(SqliteClaimStore store, StoreBatch batch) => (await store.CommitAsync(batch, Token)).ShouldBeNull();

    private SqliteClaimStore Open()
    {
        var outcome = SqliteClaimStore.Open(_home.Layout, TimeProvider.System);
        outcome.Problems.ShouldBeEmpty();
        return outcome.Value!;
    }
}
