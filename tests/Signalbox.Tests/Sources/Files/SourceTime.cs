using System.Threading.Channels;

namespace Signalbox.Tests.Sources.Files;

/// <summary>Real time whose long timers can be watched, sped up and held. The source's waits are told apart by their length.</summary>
internal sealed class SourceTime : TimeProvider
{
    private readonly Channel<bool> _polls = Channel.CreateUnbounded<bool>();
    private readonly Channel<bool> _doubts = Channel.CreateUnbounded<bool>();

    /// <summary>How many times as fast timers run.</summary>
    public int Speed { get; init; } = 1;

    /// <summary>True: the second look at a file that went away waits until something happens, for ever if need be.</summary>
    public bool HoldDoubt { get; init; }

    /// <summary>Waits until the source has looked once more and waits again.</summary>
    public Task LookedAsync() => _polls.Reader.ReadAsync(TestContext.Current.CancellationToken).AsTask();

    /// <summary>Waits until the source has begun to doubt.</summary>
    public Task DoubtedAsync() => _doubts.Reader.ReadAsync(TestContext.Current.CancellationToken).AsTask();

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var isPoll = dueTime > TimeSpan.FromSeconds(1);
        var isDoubt = !isPoll && dueTime > TimeSpan.FromMilliseconds(100);
        if (isPoll) _polls.Writer.TryWrite(true);
        if (isDoubt) _doubts.Writer.TryWrite(true);
        var due = dueTime <= TimeSpan.Zero ? dueTime : isDoubt && HoldDoubt ? Timeout.InfiniteTimeSpan : dueTime / Speed;
        return base.CreateTimer(callback, state, due, period);
    }
}
