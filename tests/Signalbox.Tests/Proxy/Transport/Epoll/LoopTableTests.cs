using Signalbox.Proxy.Transport.Epoll;

namespace Signalbox.Tests.Proxy.Transport.Epoll;

public sealed class LoopTableTests
{
    private readonly LoopTable _table = new();

    [Fact]
    public void Find_AnEventOfOneWhosePlaceIsAnothersNow_FindsNothing()
    {
        var (first, second) = (new Source(), new Source());
        var key = _table.Add(first);
        _table.Remove(first);
        _table.Add(second);
        _table.Find(key).ShouldBeNull();
        _table.Find(second.Key).ShouldBe(second);
    }

    [Fact]
    public void Remove_Twice_LeavesTheNextInPlace()
    {
        var (first, second) = (new Source(), new Source());
        _table.Add(first);
        _table.Remove(first);
        _table.Add(second);
        _table.Remove(first);
        _table.Find(second.Key).ShouldBe(second);
        _table.Count.ShouldBe(1);
    }

    [Fact]
    public void Add_ManyAndRemoveEveryOther_FindsTheRest()
    {
        var all = Enumerable.Range(0, 10_000).Select(_ => new Source()).ToList();
        foreach (var source in all) _table.Add(source);
        foreach (var source in all.Where((_, i) => i % 2 == 0)) _table.Remove(source);
        var more = Enumerable.Range(0, 3_000).Select(_ => new Source()).ToList();
        foreach (var source in more) _table.Add(source);
        foreach (var source in all.Where((_, i) => i % 2 == 1).Concat(more)) _table.Find(source.Key).ShouldBe(source);
        _table.Count.ShouldBe(8_000);
        _table.All.Distinct().Count().ShouldBe(8_000);
    }

    [Fact]
    public void Find_NumbersNobodyHas_FindsNothing()
    {
        _table.Find(0).ShouldBeNull();
        _table.Find(ulong.MaxValue).ShouldBeNull();
        _table.Find(5_000).ShouldBeNull();
    }

    [Theory]
    [InlineData(0, 1)]
    [InlineData(uint.MaxValue - 1, uint.MaxValue)]
    [InlineData(uint.MaxValue, 1)]
    public void UseAfter_TheLastThereIs_IsNeverTheKeyThatWakes(uint use, uint next) => LoopTable.UseAfter(use).ShouldBe(next);

    private sealed class Source : LoopSource
    {
        public override string What => "a source";

        public override void OnReady(Readiness readiness)
        {
        }

        public override void OnLoopEnding()
        {
        }
    }
}
