namespace Signalbox.Benchmarks.Frame;

/// <summary>What one scenario brought to light. Written by the scenario, read by the report; safe to write from several tasks.</summary>
internal sealed class Findings(IScenario scenario)
{
    private readonly Lock _gate = new();
    private readonly List<Sample> _samples = [];
    private readonly List<string> _notes = [];
    private readonly List<string> _commands = [];
    private readonly List<string> _failures = [];

    public IScenario Scenario => scenario;

    public TimeSpan Took { get; set; }

    public IReadOnlyList<Sample> Samples => Copy(_samples);

    /// <summary>Sentences for the reader, beside the figures.</summary>
    public IReadOnlyList<string> Notes => Copy(_notes);

    /// <summary>The exact commands of the load, each once.</summary>
    public IReadOnlyList<string> Commands => Copy(_commands);

    /// <summary>What went wrong, one line each. Not empty: the scenario failed, and the run's exit code says so.</summary>
    public IReadOnlyList<string> Failures => Copy(_failures);

    public void Add(Sample sample)
    {
        lock (_gate) _samples.Add(sample);
    }

    public void Note(string sentence) => Once(_notes, sentence);

    public void Command(string line) => Once(_commands, line);

    public void Fail(string line) => Once(_failures, line);

    private void Once(List<string> to, string line)
    {
        lock (_gate)
        {
            if (!to.Contains(line)) to.Add(line);
        }
    }

    private List<T> Copy<T>(List<T> from)
    {
        lock (_gate) return [.. from];
    }
}
