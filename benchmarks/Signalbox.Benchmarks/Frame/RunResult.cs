namespace Signalbox.Benchmarks.Frame;

/// <summary>One run as a whole.</summary>
/// <param name="Findings">By scenario, in the order they were run.</param>
/// <param name="Contestants">Those that were up for all scenarios.</param>
/// <param name="BackendConfig">Of the service behind them.</param>
/// <param name="Problems">What went wrong outside of any scenario.</param>
/// <param name="Took">The whole run.</param>
internal sealed record RunResult(IReadOnlyList<Findings> Findings, IReadOnlyList<ContestantFacts> Contestants, string BackendConfig, IReadOnlyList<string> Problems, TimeSpan Took)
{
    public bool Failed => Problems.Count > 0 || Findings.Any(found => found.Failures.Count > 0);
}
