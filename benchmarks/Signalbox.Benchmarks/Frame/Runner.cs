using System.Diagnostics;
using Signalbox.Benchmarks.Backends;
using Signalbox.Benchmarks.Contestants;
using Signalbox.Benchmarks.Report;

namespace Signalbox.Benchmarks.Frame;

/// <summary>One run: starts what all scenarios need, runs them one after the other, and gathers what they found.</summary>
internal sealed class Runner(BenchOptions options, Progress progress)
{
    /// <summary>
    /// How long each contestant carries load before anything is measured, for the sake of the one that compiles itself: .NET runs quick first code and
    /// replaces the hot parts while they run. Seconds.
    /// </summary>
    private int WarmUp => options.Pick(quick: 3, whole: 10, named: 10);

    public async Task<IReadOnlyList<Findings>> RunAsync(IReadOnlyList<IScenario> scenarios)
    {
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
            foreach (var contestant in Roster.All(workshop))
            {
                progress.Show($"starting {contestant.Name}");
                await contestant.StartAsync(Lineup.Layout(backend, sink));
                contestants.Add(contestant);
            }

            var lineup = new Lineup(backend, sink, contestants);
            foreach (var scenario in scenarios) all.Add(await OneAsync(scenario, workshop, lineup));
        }
        finally
        {
            foreach (var contestant in contestants) await contestant.DisposeAsync();
        }

        return all;
    }

    private async Task<Findings> OneAsync(IScenario scenario, Workshop workshop, Lineup lineup)
    {
        var findings = new Findings(scenario);
        var began = Stopwatch.GetTimestamp();
        try
        {
            await scenario.RunAsync(new ScenarioContext(options, workshop, lineup, findings, progress));
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
