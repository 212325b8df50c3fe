using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Signalbox.Proxy.Transport.Epoll;
using Signalbox.Tests.Support;

namespace Signalbox.Tests.Proxy.Transport.Epoll;

public sealed class LoopWatchTests
{
    private readonly FakeTimeProvider _time = new();
    private readonly ConcurrentQueue<string> _lines = new();
    private readonly LoopWatch _watch;

    public LoopWatchTests() => _watch = new LoopWatch(3, _time, new Lines(_lines));

    [Fact]
    public async Task Turn_OverTheLimit_IsReportedWithWhatTookLongest()
    {
        Turn(("quick", 1), ("slow", 61), ("other", 2));
        await UntilAsync(1);
        _lines.Single().ShouldBe("Event loop 3 stood for 64 ms at slow (0 more such turns before).");
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
        _lines.ShouldBeEmpty();
    }

    [Fact]
    public async Task LongTurns_OneAfterTheOther_AreReportedOnceInAWhile()
    {
        for (var i = 0; i < 4; i++) Turn(("slow", 100));
        await UntilAsync(1);
        _time.Advance(TimeSpan.FromSeconds(10));
        Turn(("slow", 100));
        await UntilAsync(2);
        _lines.Last().ShouldContain("(3 more such turns before)");
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

    /// <summary>Reports are written by another thread.</summary>
    private async Task UntilAsync(int lines)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (_lines.Count < lines) await Task.Delay(1, limit.Token);
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

    private sealed class Lines(ConcurrentQueue<string> lines) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            lines.Enqueue(formatter(state, exception));
    }
}
