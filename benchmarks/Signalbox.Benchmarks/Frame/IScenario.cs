namespace Signalbox.Benchmarks.Frame;

/// <summary>
/// One thing that is measured. It is run once in a run and has its own turns (<see cref="ScenarioContext.TurnsAsync"/>). An exception it lets out fails
/// the scenario and leaves the others alone; what was recorded before is still shown.
/// </summary>
internal interface IScenario
{
    /// <summary>As it is typed after <c>./bench</c>: one lower-case word, hyphens allowed.</summary>
    string Name { get; }

    /// <summary>For the table and the document: what is measured, in one sentence without a full stop.</summary>
    string What { get; }

    /// <summary>The columns, in order. What is recorded with another metric is not shown.</summary>
    IReadOnlyList<Metric> Metrics { get; }

    IReadOnlyList<Mark> Marks { get; }

    /// <summary>Whether a run of this length has time for it. Asked for by name it is run in any case.</summary>
    bool Fits(Length length) => true;

    Task RunAsync(ScenarioContext context);
}
