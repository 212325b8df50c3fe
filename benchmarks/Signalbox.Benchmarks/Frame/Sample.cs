namespace Signalbox.Benchmarks.Frame;

/// <summary>One value, measured once.</summary>
/// <param name="Contestant">The router's name.</param>
/// <param name="Round">From 0. Values of one round were measured one shortly after the other and are compared with each other.</param>
/// <param name="Metric">What was measured.</param>
/// <param name="Value">In the metric's unit.</param>
internal sealed record Sample(string Contestant, int Round, Metric Metric, double Value);
