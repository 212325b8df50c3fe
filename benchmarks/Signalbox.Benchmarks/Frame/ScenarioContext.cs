using Signalbox.Benchmarks.Contestants;
using Signalbox.Benchmarks.Measuring;
using Signalbox.Benchmarks.Report;

namespace Signalbox.Benchmarks.Frame;

/// <summary>What a scenario works with.</summary>
internal sealed class ScenarioContext(BenchOptions options, Workshop workshop, Lineup lineup, Findings findings, Progress progress)
{
    /// <summary>The number of the round in which nothing is recorded.</summary>
    public const int WarmUp = -1;

    public BenchOptions Options => options;

    public Workshop Workshop => workshop;

    /// <summary>The routers that are up for all scenarios, with the common hosts. A scenario with a layout of its own starts its own with <see cref="Roster"/>.</summary>
    public Lineup Lineup => lineup;

    /// <summary>Nothing is kept of a warm-up.</summary>
    public void Record(Contestant contestant, int round, Metric metric, double value)
    {
        if (round != WarmUp) findings.Add(new Sample(contestant.Name, round, metric, value));
    }

    /// <summary>A sentence for the reader of the report.</summary>
    public void Note(string sentence) => findings.Note(sentence);

    /// <summary>The command line of a load, as a person could type it.</summary>
    public void Command(string line) => findings.Command(line);

    /// <summary>Something went wrong that need not end the scenario; the run fails all the same.</summary>
    public void Fail(string line)
    {
        findings.Fail(line);
        progress.Line($"  {line}");
    }

    /// <summary>What is under way, shown on a terminal and overwritten by the next.</summary>
    public void Show(string what) => progress.Show($"{findings.Scenario.Name}: {what}");

    /// <summary>
    /// A B C D, A B C D, … A contestant whose turn fails is left out of the rounds that follow, and the scenario fails at its end; the others go on.
    /// </summary>
    /// <param name="contestants">In the order of their turns; the order is turned by one each round, so that nobody always follows the same.</param>
    /// <param name="turn">One turn: the contestant and the round, from 0; <see cref="WarmUp"/> for the one before all.</param>
    /// <param name="rounds">Null: as many as asked for.</param>
    /// <param name="warmUp">True: everyone has a turn first in which nothing is recorded. For contestants that are up for all scenarios.</param>
    public async Task TurnsAsync(IReadOnlyList<Contestant> contestants, Func<Contestant, int, Task> turn, int? rounds = null, bool warmUp = false)
    {
        var failed = new HashSet<Contestant>();
        var all = rounds ?? options.Rounds;
        for (var round = warmUp ? WarmUp : 0; round < all; round++)
        {
            for (var place = 0; place < contestants.Count; place++)
            {
                var contestant = contestants[(place + Math.Max(0, round)) % contestants.Count];
                // A quick run warms up only those that need it most.
                if (failed.Contains(contestant) || (round == WarmUp && options.Length == Length.Quick && contestant is not SignalboxRouter)) continue;
                Show(round == WarmUp ? $"warming up {contestant.Name}" : $"round {round + 1} of {all}, {contestant.Name}");
                try
                {
                    await turn(contestant, round);
                }
                catch (Exception e) when (e is not OperationCanceledException)
                {
                    failed.Add(contestant);
                    Fail($"{contestant.Name}: {e.Message}");
                }
            }
        }
    }

    /// <summary>How long a turn takes: the same for all, and longer for the warm-up of those that need one.</summary>
    public TimeSpan TurnOf(Contestant contestant, int round) => round != WarmUp ? options.Turn : contestant is SignalboxRouter ? options.WarmUp : BenchOptions.OthersWarmUp;

    /// <summary>Runs a load and records rate, latencies, processor time a request and memory of the contestant.</summary>
    /// <param name="contestant">Who carries the load.</param>
    /// <param name="round">From 0.</param>
    /// <param name="load">Returns what the client counted. Any failed request fails the turn: a fast error is no figure.</param>
    public async Task<LoadResult> MeterAsync(Contestant contestant, int round, Func<Task<LoadResult>> load)
    {
        var processes = contestant.Processes;
        using var memory = new MemoryWatch(processes);
        var before = ProcessorTime.Of(processes);
        var result = await load();
        var used = ProcessorTime.Of(processes) - before;
        var (most, growth) = memory.End();
        if (result.Failed > 0 || result.Done == 0) throw new InvalidOperationException($"{result.Failed:n0} of {result.Done + result.Failed:n0} requests failed");
        Record(contestant, round, Metric.Processor, used.TotalMicroseconds / result.Done);
        Record(contestant, round, Metric.Rate, result.Done / result.Took.TotalSeconds);
        if (result.Bytes > 0)
        {
            Record(contestant, round, Metric.Throughput, result.Bytes / result.Took.TotalSeconds / 1e6);
            Record(contestant, round, Metric.ProcessorPerMegabyte, used.TotalMicroseconds / (result.Bytes / 1e6));
        }

        if (result.Median is { } median) Record(contestant, round, Metric.Median, median.TotalMilliseconds);
        if (result.Tail is { } tail) Record(contestant, round, Metric.Tail, tail.TotalMilliseconds);
        Record(contestant, round, Metric.Memory, most / 1e6);
        Record(contestant, round, Metric.Growth, growth / 1e6);
        return result;
    }
}
