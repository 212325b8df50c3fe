using System.Diagnostics;
using Signalbox.Benchmarks.Backends;
using Signalbox.Benchmarks.Contestants;
using Signalbox.Benchmarks.Report;

namespace Signalbox.Benchmarks.Frame;

/// <summary>One run: starts what all scenarios need, runs them one after the other, and gathers what they found.</summary>
internal sealed class Runner(BenchOptions options, Progress progress)
{
    private readonly List<string> _problems = [];

    public async Task<RunResult> RunAsync(IReadOnlyList<IScenario> scenarios, CancellationToken cancellation)
    {
        var began = Stopwatch.GetTimestamp();
        await using var workshop = new Workshop();
        Certificates.Write(workshop);
        var backend = new AnswerBackend(workshop);
        var sink = new UploadSink(workshop);
        await backend.StartAsync();
        await sink.StartAsync();
        var contestants = new List<Contestant>();
        var all = new List<Findings>();
        try
        {
            foreach (var contestant in Contestants(workshop)) await StartAsync(contestant, Lineup.Layout(backend, sink), contestants);
            var facts = contestants.Select(contestant => new ContestantFacts(contestant.Name, contestant.Version, Public(contestant.ConfigText, workshop))).ToList();
            var lineup = new Lineup(backend, sink, contestants);
            foreach (var scenario in scenarios)
            {
                // Cancelled by a person: what runs is ended below, in order.
                cancellation.ThrowIfCancellationRequested();
                if (options.Budget is { } budget && Stopwatch.GetElapsedTime(began) > budget)
                    Left(scenario);
                else
                    all.Add(await OneAsync(scenario, workshop, lineup, cancellation));
            }

            return new RunResult(all, facts, Public(backend.ConfigText, workshop), _problems, Stopwatch.GetElapsedTime(began));
        }
        finally
        {
            foreach (var contestant in contestants) await contestant.DisposeAsync();
        }
    }

    /// <summary>A quick run takes what time there is; a whole one is to be whole.</summary>
    private void Left(IScenario scenario)
    {
        var line = $"{scenario.Name} was not run: the time was up. ./bench {scenario.Name} runs it alone.";
        progress.Line(line);
        if (options.Length == Length.Whole) _problems.Add(line);
    }

    /// <summary>A quick run has no time for a second Signalbox.</summary>
    private IEnumerable<Contestant> Contestants(Workshop workshop) => Roster.All(workshop).Where(contestant => options.TakesPart(contestant.Name) && (options.Length != Length.Quick || contestant.Name != Names.SignalboxSockets));

    /// <summary>Without the name of the run's temporary folder.</summary>
    private static string Public(string config, Workshop workshop) => config.Replace(workshop.Folder, "/run/bench", StringComparison.Ordinal);

    /// <summary>Starts one and adds it to those that are up. One that does not start fails the run and not the others.</summary>
    private async Task StartAsync(Contestant contestant, RouteLayout layout, List<Contestant> up)
    {
        progress.Show($"starting {contestant.Name}");
        try
        {
            await contestant.StartAsync(layout);
            up.Add(contestant);
        }
        catch (Exception e)
        {
            _problems.Add($"{contestant.Name} did not start: {e.Message}");
            progress.Line(_problems[^1]);
            await contestant.DisposeAsync();
        }
    }

    private async Task<Findings> OneAsync(IScenario scenario, Workshop workshop, Lineup lineup, CancellationToken cancellation)
    {
        var findings = new Findings(scenario);
        var began = Stopwatch.GetTimestamp();
        try
        {
            await scenario.RunAsync(new ScenarioContext(options, workshop, lineup, findings, progress)).WaitAsync(cancellation);
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            throw;
        }
        catch (Exception e)
        {
            findings.Fail(e.Message);
        }

        findings.Took = Stopwatch.GetElapsedTime(began);
        progress.Line($"{scenario.Name}: {(findings.Failures.Count == 0 ? "done" : "failed")} in {findings.Took.TotalSeconds:0} s");
        return findings;
    }
}
