using System.Collections.Concurrent;

namespace Signalbox.Tests.Support;

/// <summary>A clock that moves only when told, and fires the timers that are due as it does. Begins at the machine's time, so that real peers agree with it.</summary>
internal sealed class FakeTimeProvider : TimeProvider
{
    private readonly Lock _lock = new();
    private readonly List<FakeTimer> _timers = [];
    private readonly ConcurrentDictionary<TimeSpan, TaskCompletionSource> _waits = new();
    private DateTimeOffset _now;

    /// <summary>By how much the wall clock was set, away from what has passed.</summary>
    private TimeSpan _set;

    public FakeTimeProvider(DateTimeOffset? start = null) => _now = start ?? DateTimeOffset.UtcNow;

    /// <summary>Timestamps count 100 ns ticks of the fake time.</summary>
    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override DateTimeOffset GetUtcNow()
    {
        lock (_lock) return _now;
    }

    public override long GetTimestamp()
    {
        lock (_lock) return (_now - _set).UtcTicks;
    }

    /// <summary>Sets the wall clock on or back. Nothing passes by it: timers and timestamps go on as if it had not been touched.</summary>
    public void SetClock(TimeSpan by)
    {
        lock (_lock)
        {
            (_now, _set) = (_now + by, _set + by);
            foreach (var timer in _timers) timer.Due += by;
        }
    }

    /// <summary>Moves the time on, stopping at each timer that is due and calling it on this thread.</summary>
    public void Advance(TimeSpan by)
    {
        var end = GetUtcNow() + by;
        while (Next(end) is { } timer) timer.Fire();
        lock (_lock) _now = end;
    }

    /// <summary>Completes once a timer has been set that is due after this time: the thing under test has begun to wait.</summary>
    public Task TimerSetAsync(TimeSpan due) => Set(due).Task.WaitAsync(TimeSpan.FromSeconds(30));

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new FakeTimer(this, () => callback(state));
        lock (_lock) _timers.Add(timer);
        timer.Change(dueTime, period);
        return timer;
    }

    private TaskCompletionSource Set(TimeSpan due) => _waits.GetOrAdd(due, _ => new(TaskCreationOptions.RunContinuationsAsynchronously));

    private FakeTimer? Next(DateTimeOffset end)
    {
        lock (_lock)
        {
            var next = _timers.Where(timer => timer.Due <= end).MinBy(timer => timer.Due);
            if (next is null) return null;
            if (next.Due > _now) _now = next.Due.Value;
            next.Due = next.Period is { } period ? _now + period : null;
            return next;
        }
    }

    private sealed class FakeTimer(FakeTimeProvider time, Action callback) : ITimer
    {
        public DateTimeOffset? Due { get; set; }

        public TimeSpan? Period { get; private set; }

        public void Fire() => callback();

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            bool now;
            lock (time._lock)
            {
                Period = period > TimeSpan.Zero ? period : null;
                now = dueTime == TimeSpan.Zero && time._timers.Contains(this);
                Due = dueTime < TimeSpan.Zero ? null : time._now + dueTime;
                if (now) Due = Period is { } again ? time._now + again : null;
            }

            time.Set(dueTime).TrySetResult();
            if (now) ThreadPool.QueueUserWorkItem(_ => callback());
            return true;
        }

        public void Dispose()
        {
            lock (time._lock) time._timers.Remove(this);
        }

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
