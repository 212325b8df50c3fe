using Microsoft.Extensions.Logging;
using Signalbox.Model;

namespace Signalbox.Proxy.Transport.Epoll;

/// <summary>Looks at the loops from outside, now and then: a loop that stands for good never comes to report it itself.</summary>
internal sealed class LoopsWatch : IDisposable
{
    /// <summary>Seldom enough to let a processor sleep; a loop that has stood this long is a fault, and no busy one.</summary>
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(2);

    private readonly EventLoops _loops;
    private readonly ILogger _log;
    private readonly ITimer _timer;
    private readonly long[] _turns;
    private volatile IReadOnlyList<Problem> _problems = [];

    public LoopsWatch(EventLoops loops, TimeProvider time, ILogger log)
    {
        (_loops, _log) = (loops, log);
        _turns = new long[loops.All.Count];
        _timer = time.CreateTimer(static state => ((LoopsWatch)state!).Look(), this, Interval, Interval);
    }

    /// <summary>One for each loop that stands.</summary>
    public IReadOnlyList<Problem> Problems => _problems;

    public void Dispose() => _timer.Dispose();

    private void Look()
    {
        var problems = new List<Problem>();
        foreach (var loop in _loops.All)
        {
            var turn = loop.Turn;
            // In the same turn as at the last look, and at work: a loop that waits runs nothing.
            if (loop.Watch.Running is { } running && _turns[loop.Index] == turn)
            {
                problems.Add(new Problem(
                    ProblemType.LoopStands,
                    ProblemSide.Daemon,
                    $"event loop {loop.Index}",
                    $"Event loop {loop.Index} has stood for {Interval.TotalSeconds:0} s and more at {running}; the {loop.Connections} connections on it wait.",
                    "This is a fault of Signalbox: please report it. Restarting the daemon ends it.",
                    Retry: true));
            }

            _turns[loop.Index] = turn;
        }

        if (problems.Count > _problems.Count) _log.LogError("{Text}", problems[^1].Text);
        _problems = problems;
    }
}
