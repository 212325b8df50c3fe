using Signalbox.Proxy.Transport.Epoll;
using Signalbox.Tests.Support;

namespace Signalbox.Tests.Proxy.Transport.Epoll;

public sealed class LoopWatchTests
{
    private readonly FakeTimeProvider _time = new();
    private readonly LogLines _lines = new();
    private readonly LoopWatch _watch;
    private TimeSpan _compiled;

    public LoopWatchTests() => _watch = new LoopWatch(3, _time, _lines, () => _compiled);

    [Fact]
    public async Task Turn_OverTheLimit_IsReportedWithWhatTookLongest()
    {
        Turn(("quick", 1), ("slow", 61), ("other", 2));
        await _lines.UntilAsync(1);
        _lines.All.Single().ShouldBe("Event loop 3 stood for 64 ms at slow (0 more such turns before).");
        _watch.Longest.ShouldBe(TimeSpan.FromMilliseconds(64));
        _watch.LongestIs.ShouldBe("slow");
    }

    [Fact]
    public void Turn_WithinTheLimit_IsMeasuredAndNotReported()
    {
        Turn(("a", 20), ("b", 30));
        Turn(("a", 1));
        _watch.Longest.ShouldBe(LoopWatch.Limit);
        _watch.LongestIs.ShouldBeEmpty();
        _lines.All.ShouldBeEmpty();
    }

    [Fact]
    public void Turn_OverTheLimitByWhatWasCompiled_IsNotReported()
    {
        _watch.TurnBegins();
        _watch.Begins(new Source("met for the first time"));
        _time.Advance(TimeSpan.FromMilliseconds(80));
        _compiled += TimeSpan.FromMilliseconds(70);
        _watch.Ends();
        _watch.TurnEnds();
        _watch.Longest.ShouldBe(TimeSpan.FromMilliseconds(10));
        _lines.All.ShouldBeEmpty();
    }

    [Fact]
    public async Task LongTurns_OneAfterTheOther_AreReportedOnceInAWhile()
    {
        for (var i = 0; i < 4; i++) Turn(("slow", 100));
        await _lines.UntilAsync(1);
        _time.Advance(TimeSpan.FromSeconds(10));
        Turn(("slow", 100));
        await _lines.UntilAsync(2);
        _lines.All.Last().ShouldContain("(3 more such turns before)");
    }

    [Fact]
    public void Running_TellsWhatIsUnderWay_AndNothingWhileTheLoopWaits()
    {
        _watch.TurnBegins();
        _watch.Begins(new Source("a thing"));
        _watch.Running.ShouldBe("a thing");
        _watch.Ends();
        _watch.TurnEnds();
        _watch.Running.ShouldBeNull();
    }

    private void Turn(params (string What, int Milliseconds)[] parts)
    {
        _watch.TurnBegins();
        foreach (var (what, milliseconds) in parts)
        {
            _watch.Begins(new Source(what));
            _time.Advance(TimeSpan.FromMilliseconds(milliseconds));
            _watch.Ends();
        }

        _watch.TurnEnds();
    }

    private sealed class Source(string what) : LoopSource
    {
        public override string What => what;

        public override void OnReady(Readiness readiness)
        {
        }

        public override void OnLoopEnding()
        {
        }
    }
}
