namespace Signalbox.Benchmarks.Frame;

/// <summary>What the report tells of a contestant once it has ended.</summary>
internal sealed record ContestantFacts(string Name, string Version, string ConfigText);
