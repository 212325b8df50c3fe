using System.Runtime;
using Microsoft.Extensions.Logging;

namespace Signalbox.Proxy.Transport.Epoll;

/// <summary>
/// Measures a loop's turns. While one part runs, everything else on the loop waits; so a turn over <see cref="Limit"/> is reported with the part of it
/// that took longest. Costs one reading of the clock a part. Time in which the runtime compiled code does not count: each piece of it is met once, and
/// nobody can do anything about it.
/// </summary>
/// <param name="index">The loop's.</param>
/// <param name="time">The clock.</param>
/// <param name="log">For turns over the limit.</param>
/// <param name="compiled">What the runtime has spent so far on compiling on the thread that asks; null for its own word on that, which goes by the real clock.</param>
internal sealed class LoopWatch(int index, TimeProvider time, ILogger log, Func<TimeSpan>? compiled = null)
{
    /// <summary>Below what a person notices, far above what serving a few hundred sockets takes.</summary>
    public static readonly TimeSpan Limit = TimeSpan.FromMilliseconds(50);

    /// <summary>At most one report in this time; the ones between are counted.</summary>
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(10);

    private readonly Func<TimeSpan> _compiled = compiled ?? (static () => JitInfo.GetCompilationTime(currentThread: true));
    private readonly long _limit = (long)(Limit.TotalSeconds * time.TimestampFrequency);
    private long _turnBegan;
    private long _partBegan;
    private TimeSpan _compiledBefore;
    private long _longestPart;
    private string _longestPartIs = "";
    private long _longest;
    private string _longestIs = "";
    private long _reported;
    private int _unreported;
    private volatile object? _running;

    /// <summary>The longest turn since the start; zero before the first.</summary>
    public TimeSpan Longest => TimeSpan.FromSeconds((double)Volatile.Read(ref _longest) / time.TimestampFrequency);

    /// <summary>What took longest in it; empty where no turn was over the limit.</summary>
    public string LongestIs => Volatile.Read(ref _longestIs);

    /// <summary>What runs now; null while the loop waits. For a look from outside at a loop that stands.</summary>
    public string? Running => _running is { } running ? Describe(running) : null;

    public void TurnBegins()
    {
        _compiledBefore = _compiled();
        _turnBegan = _partBegan = time.GetTimestamp();
    }

    public void Begins(object what) => _running = what;

    public void Ends()
    {
        var now = time.GetTimestamp();
        var took = now - _partBegan;
        _partBegan = now;
        if (took <= _longestPart) return;
        _longestPart = took;
        // Words are made only for what may be reported.
        _longestPartIs = took > _limit / 2 ? Describe(_running!) : "many parts, none of them long";
    }

    public void TurnEnds()
    {
        _running = null;
        var took = _partBegan - _turnBegan;
        if (took > _limit) took -= (long)((_compiled() - _compiledBefore).TotalSeconds * time.TimestampFrequency);
        if (took > _longest)
        {
            Volatile.Write(ref _longest, took);
            if (took > _limit) Volatile.Write(ref _longestIs, _longestPartIs);
        }

        if (took > _limit) Report(took);
        _longestPart = 0;
    }

    private void Report(long took)
    {
        if (_reported != 0 && time.GetElapsedTime(_reported) < Pause)
        {
            _unreported++;
            return;
        }

        _reported = time.GetTimestamp();
        var text = (took * 1000 / time.TimestampFrequency, _longestPartIs, _unreported);
        _unreported = 0;
        // Writing it is not the loop's work.
        ThreadPool.UnsafeQueueUserWorkItem(
            static state => state.log.LogWarning("Event loop {Index} stood for {Milliseconds} ms at {What} ({More} more such turns before).", state.index, state.text.Item1, state.text._longestPartIs, state.text._unreported),
            (log, index, text),
            preferLocal: false);
    }

    private static string Describe(object running) => running switch
    {
        LoopSource source => source.What,
        Delegate { Target: { } target } work when work.Target is not null && target.GetType().IsGenericType => $"the continuation of {target.GetType().GenericTypeArguments[^1].Name}",
        Delegate work => $"{work.Method.DeclaringType?.Name}.{work.Method.Name}",
        _ => running.ToString() ?? "",
    };
}
