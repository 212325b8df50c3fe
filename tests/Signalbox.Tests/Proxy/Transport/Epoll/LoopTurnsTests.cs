using Signalbox.Proxy.Transport.Epoll;
using Signalbox.Tests.Support;

namespace Signalbox.Tests.Proxy.Transport.Epoll;

/// <summary>
/// A real loop tells how long its turns took and what took so long, whichever way the work came to it. What stands still here is the injected clock; each piece
/// moves it by a minute, beside which what the runtime compiles meanwhile, and is taken off, is nothing.
/// </summary>
public sealed class LoopTurnsTests : IDisposable
{
    private static readonly TimeSpan Long = TimeSpan.FromMinutes(1);

    private readonly FakeTimeProvider _time = new();
    private readonly LogLines _lines = new();
    private readonly EventLoop _loop;

    public LoopTurnsTests() => _loop = new EventLoop(5, _time, _lines);

    [Fact]
    public async Task Posted_TakesLong_IsReportedByItsName()
    {
        _loop.Post(PostedForLong, null);
        await ReportedAsync("LoopTurnsTests.PostedForLong");
    }

    [Fact]
    public async Task Source_TakesLong_IsReportedByItsName()
    {
        var events = Libc.EventDescriptor(1, Libc.NonBlocking | Libc.CloseOnExec);
        var source = new SlowSource(() => _time.Advance(Long));
        _loop.Post(_ => _loop.Add(source, events, Readiness.Readable | Readiness.EdgeTriggered), null);
        await ReportedAsync("a slow source");
        _loop.Post(_ => _loop.Remove(source, events), null);
        await FlushAsync();
        Libc.Close(events).ShouldBe(0);
    }

    [Fact]
    public async Task Continuation_TakesLong_IsReportedByItsMethod()
    {
        await ContinuedForLongAsync();
        await ReportedAsync("ContinuedForLongAsync");
    }

    [Fact]
    public async Task Beginning_TakesLong_IsReportedByItsMethod()
    {
        await BegunForLongAsync();
        await ReportedAsync("BegunForLongAsync");
    }

    /// <summary>A fault ends the piece, and must not end the measuring.</summary>
    [Fact]
    public async Task Fault_AfterALongTime_IsReportedLikeAnyOther()
    {
        _loop.Post(FailAfterLong, null);
        await ReportedAsync("LoopTurnsTests.FailAfterLong");
    }

    /// <summary>Time in which the loop waits for something to do is nobody's fault.</summary>
    [Fact]
    public async Task Waiting_BetweenTurns_DoesNotCount()
    {
        for (var i = 0; i < 3; i++)
        {
            await FlushAsync();
            await SpinAsync(() => _loop.Watch.Running is null);
            _time.Advance(Long);
        }

        await FlushAsync();
        _loop.Watch.Longest.ShouldBe(TimeSpan.Zero);
        _lines.All.ShouldBeEmpty();
    }

    public void Dispose() => _loop.End();

    private async Task ReportedAsync(string what)
    {
        await SpinAsync(() => _lines.All.Any(line => line.StartsWith("Event loop 5 stood for ", StringComparison.Ordinal)));
        var line = _lines.All.Single(line => line.Contains("stood for"));
        line.ShouldContain(what);
        _loop.Watch.Longest.ShouldBeGreaterThan(Long / 2);
        _loop.Watch.LongestIs.ShouldContain(what);
    }

    private static Task SpinAsync(Func<bool> done) => Task.Run(() => SpinWait.SpinUntil(done, TimeSpan.FromSeconds(30)).ShouldBeTrue());

    private async Task FlushAsync()
    {
        await _loop.YieldAsync();
        await Task.Yield();
    }

    private void PostedForLong(object? state) => _time.Advance(Long);

    private void FailAfterLong(object? state)
    {
        _time.Advance(Long);
        throw new InvalidOperationException("a fault");
    }

    private async Task ContinuedForLongAsync()
    {
        await _loop.SwitchAsync();
        _time.Advance(Long);
        await Task.Yield();
    }

    private async Task BegunForLongAsync()
    {
        await _loop.SwitchAsync();
        await _loop.BeginAsync();
        _time.Advance(Long);
        await Task.Yield();
    }

    private sealed class SlowSource(Action takesLong) : LoopSource
    {
        public override string What => "a slow source";

        public override void OnReady(Readiness readiness) => takesLong();

        public override void OnLoopEnding()
        {
        }
    }
}
