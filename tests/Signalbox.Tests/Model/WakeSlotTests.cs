using Signalbox.Model;
using Signalbox.Tests.Support;

namespace Signalbox.Tests.Model;

public sealed class WakeSlotTests
{
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    private readonly FakeTimeProvider _time = new();
    private readonly WakeSlot _slot = new();

    [Fact]
    public async Task Wake_BeforeTheWait_IsNotLost()
    {
        _slot.Wake();
        (await _slot.WaitAsync(Minute, _time, TestContext.Current.CancellationToken)).ShouldBeTrue();
    }

    [Fact]
    public async Task Wakes_ThatNobodyWaitedFor_AreOne()
    {
        for (var i = 0; i < 3; i++) _slot.Wake();
        await _slot.WaitAsync(Minute, _time, TestContext.Current.CancellationToken);
        var again = _slot.WaitAsync(Minute, _time, TestContext.Current.CancellationToken);
        again.IsCompleted.ShouldBeFalse();
        _slot.Wake();
        (await again).ShouldBeTrue();
    }

    [Fact]
    public async Task Wait_OfWhichTheTimeIsOver_EndsUnwokenAndTheNextOneIsWoken()
    {
        var waiting = _slot.WaitAsync(Minute, _time, TestContext.Current.CancellationToken);
        _time.Advance(Minute);
        (await waiting).ShouldBeFalse();
        _slot.Wake();
        (await _slot.WaitAsync(Minute, _time, TestContext.Current.CancellationToken)).ShouldBeTrue();
    }

    [Fact]
    public async Task Wait_Cancelled_SaysSo()
    {
        using var stop = new CancellationTokenSource();
        var waiting = _slot.WaitAsync(Minute, _time, stop.Token);
        await stop.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(() => waiting);
    }
}
