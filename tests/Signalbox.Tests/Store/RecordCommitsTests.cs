using Signalbox.Model;
using Signalbox.Store;
using Signalbox.Store.Sqlite;

namespace Signalbox.Tests.Store;

public sealed class RecordCommitsTests : IDisposable
{
    private static readonly Problem Full = new(ProblemType.StoreFull, ProblemSide.System, "signalbox.db", "The disk is full.");

    private readonly List<string> _transactions = [];
    private readonly ManualResetEventSlim _flushed = new();
    private readonly TaskCompletionSource _flushing = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public void Dispose() => _flushed.Dispose();

    [Fact]
    public async Task CommitsThatComeWhileAnotherIsFlushed_AreOneTransaction_InTheirOrder()
    {
        var commits = Make(_ => null);
        var first = commits.AddAsync(Put("1"));
        await _flushing.Task;
        Task<Problem?>[] others = [commits.AddAsync(Put("2")), commits.AddAsync(Put("3")), commits.AddAsync(Put("4"))];
        others.ShouldAllBe(commit => !commit.IsCompleted);
        _flushed.Set();
        (await Task.WhenAll([first, .. others])).ShouldAllBe(problem => problem == null);
        _transactions.ShouldBe(["1", "2 3 4"]);
    }

    [Fact]
    public async Task CommitsThatCannotBeKeptTogether_AreTriedOneByOne_AndOnlyTheFaultyFails()
    {
        var commits = Make(keys => keys.Contains('3') ? Full : null);
        var first = commits.AddAsync(Put("1"));
        await _flushing.Task;
        Task<Problem?>[] others = [commits.AddAsync(Put("2")), commits.AddAsync(Put("3")), commits.AddAsync(Put("4"))];
        _flushed.Set();
        await first;
        (await Task.WhenAll(others)).ShouldBe([null, Full, null]);
        _transactions.ShouldBe(["1", "2 3 4", "2", "3", "4"]);
    }

    [Fact]
    public async Task AFaultInOne_IsItsOwn()
    {
        var commits = Make(keys => keys.Contains('3') ? throw new InvalidOperationException("a fault of ours") : null);
        var first = commits.AddAsync(Put("1"));
        await _flushing.Task;
        var (good, bad) = (commits.AddAsync(Put("2")), commits.AddAsync(Put("3")));
        _flushed.Set();
        await first;
        (await good).ShouldBeNull();
        (await Should.ThrowAsync<InvalidOperationException>(bad)).Message.ShouldBe("a fault of ours");
    }

    /// <summary>The first transaction waits until the test lets its flush end.</summary>
    private RecordCommits Make(Func<string, Problem?> outcome) => new(new SerialQueue(), changes =>
    {
        var keys = string.Join(' ', changes.Select(change => change.Key));
        _transactions.Add(keys);
        if (_flushing.TrySetResult()) _flushed.Wait(TestContext.Current.CancellationToken);
        return outcome(keys);
    });

    private static RecordChange[] Put(string key) => [new RecordChange("kind", key, "value")];
}
