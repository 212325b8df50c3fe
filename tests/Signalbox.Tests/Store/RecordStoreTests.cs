using System.Text;
using Microsoft.Data.Sqlite;
using Signalbox.Store;
using Signalbox.Store.Sqlite;

namespace Signalbox.Tests.Store;

public sealed class RecordStoreTests : IDisposable
{
    private readonly TemporaryHome _home = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _home.Dispose();

    [Fact]
    public async Task Commit_PutReplaceRemove_IsThereAfterAReopen()
    {
        await using (var store = Open())
        {
            (await store.CommitAsync([new RecordChange("a", "2", "two"), new RecordChange("a", "1", "one"), new RecordChange("b", "1", "other")], Token)).ShouldBeNull();
            (await store.CommitAsync([new RecordChange("a", "1", "uno"), new RecordChange("a", "2", null), new RecordChange("a", "3", "three")], Token)).ShouldBeNull();
        }

        await using var again = Open();
        again.Load("a").ShouldBe([new StoredRecord("1", "uno"), new StoredRecord("3", "three")]);
        again.Load("b").ShouldBe([new StoredRecord("1", "other")]);
        again.Load("c").ShouldBeEmpty();
        again.Find("a", "3").ShouldBe(new StoredRecord("3", "three"));
        again.Find("a", "2").ShouldBeNull();
    }

    [Fact]
    public async Task Read_ShowsEachOfTheKindAsItLies()
    {
        await using var store = Open();
        await store.CommitAsync([new RecordChange("a", "2", "zwei €"), new RecordChange("a", "1", "one"), new RecordChange("b", "1", "other"), new RecordChange("a", "3", "")], Token);
        var shown = new List<string>();
        store.Read("a", value => shown.Add(Encoding.UTF8.GetString(value)));
        shown.ShouldBe(["one", "zwei €", ""]);
        store.Read("c", _ => throw new InvalidOperationException("There is none."));
    }

    [Fact]
    public async Task Commit_OneRecordTwice_TheLastCounts()
    {
        await using var store = Open();
        (await store.CommitAsync([new RecordChange("a", "1", "first"), new RecordChange("a", "1", null), new RecordChange("a", "1", "last")], Token)).ShouldBeNull();
        store.Load("a").ShouldBe([new StoredRecord("1", "last")]);
    }

    [Fact]
    public async Task Commit_BesideClaims_DoesNotTouchThem()
    {
        await using var store = Open();
        await store.CommitAsync(Samples.Put(1, Samples.Claim(2)), Token);
        await store.CommitAsync([new RecordChange("a", "1", "one")], Token);
        store.Load().Revision.ShouldBe(1);
        store.Load("a").Count.ShouldBe(1);
    }

    [Fact]
    public async Task Open_DatabaseOfTheFirstFormat_GetsRecordsAndKeepsItsClaims()
    {
        IReadOnlyList<Signalbox.Model.Claim> claims;
        await using (var store = Open())
        {
            await store.CommitAsync(Samples.Put(1, Samples.Claim(2)), Token);
            claims = store.Load().Claims;
        }

        using (var connection = new SqliteConnection($"Data Source={_home.Layout.Database};Pooling=False"))
        {
            connection.Open();
            using var command = connection.CreateCommand();
            command.CommandText = "drop table records; pragma user_version = 1";
            command.ExecuteNonQuery();
        }

        await using var again = Open();
        again.Notices.ShouldBeEmpty();
        again.Load().Claims.ShouldBe(claims);
        (await again.CommitAsync([new RecordChange("a", "1", "one")], Token)).ShouldBeNull();
        again.Load("a").Count.ShouldBe(1);
    }

    private SqliteClaimStore Open() => SqliteClaimStore.Open(_home.Layout, TimeProvider.System).Value!;
}
