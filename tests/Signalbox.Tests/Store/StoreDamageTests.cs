using System.Text;
using Microsoft.Data.Sqlite;
using Signalbox.Model;
using Signalbox.Store;
using Signalbox.Store.Sqlite;

namespace Signalbox.Tests.Store;

public sealed class StoreDamageTests : IDisposable
{
    private static readonly DateTimeOffset Now = new(2026, 3, 4, 5, 6, 7, TimeSpan.Zero);

    private readonly TemporaryHome _home = new();

    private string Database => _home.Layout.Database;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _home.Dispose();

    [Theory]
    [InlineData("cut in half")]
    [InlineData("cut within a page")]
    [InlineData("cut to a stub")]
    [InlineData("cut off its last page")]
    [InlineData("random bytes")]
    [InlineData("random page")]
    [InlineData("head wiped")]
    [InlineData("emptied beside its log")]
    [InlineData("other text")]
    public async Task Open_DamagedFile_MovesItAsideSaysSoAndBeginsAnew(string damage)
    {
        await FillAsync(300);
        var random = new Random(20261120);
        var bytes = File.ReadAllBytes(Database);
        bytes = damage switch
        {
            "cut in half" => bytes[..(bytes.Length / 2)],
            "cut within a page" => bytes[..((4096 * 5) + 17)],
            "cut to a stub" => bytes[..100],
            "cut off its last page" => bytes[..^4096],
            "random bytes" => Randomise(bytes, 0, bytes.Length),
            "random page" => Randomise(bytes, 4096 * 2, 4096),
            "head wiped" => [.. new byte[64], .. bytes[64..]],
            "emptied beside its log" => [],
            _ => Encoding.UTF8.GetBytes("This is not a database, it is a letter to one of them, and long enough to look like a page or two."),
        };
        File.WriteAllBytes(Database, bytes);
        if (bytes.Length == 0) File.WriteAllBytes(Database + "-wal", new byte[5000]);

        var moved = Database + ".damaged-20260304T050607Z";
        await using (var store = Open())
        {
            var notice = store.Notices.ShouldHaveSingleItem();
            notice.Type.ShouldBe(ProblemType.StoreDamaged);
            notice.Subject.ShouldBe(Database);
            notice.Text.ShouldContain(moved);
            notice.Advice.ShouldNotBeNull();
            store.Load().ShouldSatisfyAllConditions(state => state.Revision.ShouldBe(0), state => state.Claims.ShouldBeEmpty());
            (await store.CommitAsync(Samples.Put(1, Samples.Claim(1)), Token)).ShouldBeNull();
        }

        File.ReadAllBytes(moved).ShouldBe(bytes);
        File.Exists(moved + "-wal").ShouldBe(bytes.Length == 0);
        await using var again = Open();
        again.Notices.ShouldBeEmpty();
        again.Load().Claims.ShouldBe([Samples.Claim(1)]);

        byte[] Randomise(byte[] whole, int from, int count)
        {
            random.NextBytes(whole.AsSpan(from, count));
            return whole;
        }
    }

    [Fact]
    public async Task Open_DirectoryInItsPlace_MovesItAsideEvenTwiceInOneSecond()
    {
        for (var round = 0; round < 2; round++)
        {
            if (File.Exists(Database)) File.Delete(Database);
            Directory.CreateDirectory(Path.Combine(Database, "inner"));
            await using var store = Open();
            store.Notices.ShouldHaveSingleItem().Text.ShouldContain("a directory is in its place");
        }

        Directory.GetDirectories(_home.Layout.Root).Select(Path.GetFileName).Order().ShouldBe(["signalbox.db.damaged-20260304T050607Z",
            "signalbox.db.damaged-20260304T050607Z-2"]);
    }

    [Fact]
    public async Task Open_AnyBytesFlipped_NeverThrowsAndStoresAgain()
    {
        await FillAsync(200);
        var whole = File.ReadAllBytes(Database);
        var random = new Random(7);
        for (var round = 0; round < 60; round++)
        {
            using var home = new TemporaryHome();
            var bytes = (byte[])whole.Clone();
            for (var flips = random.Next(1, 40); flips > 0; flips--) bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
            File.WriteAllBytes(home.Layout.Database, bytes);
            var outcome = SqliteClaimStore.Open(home.Layout, new FixedTime());
            if (!outcome.Succeeded)
            {
                // Only when the flips hit the four bytes that say whose it is, or those of the format.
                outcome.Problem.Type.ShouldBeOneOf(ProblemType.StoreDamaged, ProblemType.StoreNewer);
                continue;
            }

            await using var store = outcome.Value;
            var claims = store.Load().Claims.Count;
            (claims == 200 || store.Notices.Count > 0).ShouldBeTrue($"round {round}: {claims} claims and not a word");
            var problem = await store.CommitAsync(Samples.Put(1000, Samples.Claim(5000)), Token);
            if (problem is null) store.Load().Claims.ShouldContain(Samples.Claim(5000), $"round {round}");
        }
    }

    [Fact]
    public async Task Open_OneClaimThatCannotBeRead_DropsItAndKeepsTheOthers()
    {
        await FillAsync(5);
        Sql("update claims set claim = '{\"hosts\":' where owner = 'site/app-3.example.localhost'");
        await using (var store = Open())
        {
            store.Notices.ShouldHaveSingleItem().Text.ShouldContain("site/app-3.example.localhost");
            store.Load().Claims.Count.ShouldBe(4);
        }

        await using var again = Open();
        again.Notices.ShouldBeEmpty();
    }

    [Fact]
    public async Task Open_NewerFormat_IsLeftAloneAndNamesBothVersions()
    {
        await FillAsync(5);
        Sql("pragma user_version = 7");
        var before = File.ReadAllBytes(Database);
        var problem = SqliteClaimStore.Open(_home.Layout, new FixedTime()).Problem;
        problem.Type.ShouldBe(ProblemType.StoreNewer);
        problem.Text.ShouldContain("format 7");
        problem.Text.ShouldContain("up to 2");
        problem.Advice.ShouldNotBeNull();
        File.ReadAllBytes(Database).ShouldBe(before);
    }

    [Theory]
    [InlineData("pragma application_id = 252006675; create table t (x)")]
    [InlineData("create table t (x)")]
    public void Open_AnotherProgramsDatabase_IsLeftAlone(string sql)
    {
        Sql(sql);
        var before = File.ReadAllBytes(Database);
        var problem = SqliteClaimStore.Open(_home.Layout, new FixedTime()).Problem;
        problem.Type.ShouldBe(ProblemType.StoreDamaged);
        problem.Text.ShouldContain("another program");
        File.ReadAllBytes(Database).ShouldBe(before);
    }

    [Theory]
    [InlineData("")]
    [InlineData("pragma journal_mode = wal")]
    public async Task Open_FileWhoseMakerWasKilled_IsMadeOurs(string sql)
    {
        File.WriteAllBytes(Database, []);
        if (sql.Length > 0) Sql(sql);
        await using var store = Open();
        store.Notices.ShouldBeEmpty();
        store.Load().Revision.ShouldBe(0);
    }

    [Fact]
    public void Open_HomeThatCannotBe_SaysSo()
    {
        File.WriteAllText(Path.Combine(_home.Layout.Root, "file"), "");
        foreach (var root in (string[])[Path.Combine(_home.Layout.Root, "file"), Path.Combine(_home.Layout.Root, "file", "home"), "/proc/signalbox-home"])
        {
            var problem = SqliteClaimStore.Open(new HomeLayout(root), new FixedTime()).Problem;
            problem.Type.ShouldBe(ProblemType.HomeUnusable);
            problem.Subject.ShouldBe(root);
            problem.Advice.ShouldNotBeNull();
        }
    }

    [Fact]
    public async Task Commit_NoRoomLeft_IsStoreFullKeepsNothingOfItAndGoesOnLater()
    {
        var file = Database;
        await FillAsync(50);
        var connection = StoreConnection.Open(file);

        // The limit belongs to the connection and makes SQLite answer as it does on a full disk.
        var pages = (long)StoreSchema.Scalar(connection, "pragma page_count")!;
        StoreSchema.Execute(connection, $"pragma max_page_count = {pages + 3}");
        await using (var store = new SqliteClaimStore(file, new StoreWriter(connection), new StoredState(1, "x", [])))
        {
            var problem = await store.CommitAsync(Samples.Put(2, [.. Enumerable.Range(40, 4000).Select(number => Samples.Claim(number, 2))]), Token);
            problem.ShouldNotBeNull().Type.ShouldBe(ProblemType.StoreFull);
            problem.Retry.ShouldBeTrue();
            (await store.CommitAsync(Samples.Remove(2, Samples.Owner(0)), Token)).ShouldBeNull();
        }

        await using var again = Open();
        var state = again.Load();
        state.Revision.ShouldBe(2);
        state.Claims.ToHashSet().SetEquals(Enumerable.Range(1, 49).Select(number => Samples.Claim(number))).ShouldBeTrue();
        (await again.HistoryAsync(2, null, Token)).Select(entry => entry.Change).ShouldBe(["remove", "put"]);
    }

    [Theory]
    [InlineData(13, ProblemType.StoreFull)]
    [InlineData(8, ProblemType.HomeUnusable)]
    [InlineData(14, ProblemType.HomeUnusable)]
    [InlineData(11, ProblemType.StoreDamaged)]
    [InlineData(10, ProblemType.StoreDamaged)]
    [InlineData(5, ProblemType.StoreDamaged)]
    public void Translate_EachCode_GivesItsProblem(int code, string type)
    {
        var problem = StoreErrors.Translate(new SqliteException("SQLite Error.", code), "/home/me/signalbox.db");
        problem.Type.ShouldBe(type);
        problem.Advice.ShouldNotBeNull();
    }

    private async Task FillAsync(int claims)
    {
        await using var store = Open();
        (await store.CommitAsync(Samples.Put(1, [.. Enumerable.Range(0, claims).Select(number => Samples.Claim(number))]), Token)).ShouldBeNull();
    }

    private SqliteClaimStore Open() => SqliteClaimStore.Open(_home.Layout, new FixedTime()).Value.ShouldNotBeNull();

    private void Sql(string sql)
    {
        using var connection = StoreConnection.Open(Database);
        StoreSchema.Execute(connection, sql);
    }

    private sealed class FixedTime : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => Now;
    }
}
