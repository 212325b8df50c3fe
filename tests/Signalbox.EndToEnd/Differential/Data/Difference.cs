namespace Signalbox.EndToEnd.Differential.Data;

/// <summary>Who does otherwise than the lane in a case, and why that is so.</summary>
internal sealed record Difference(Rival Rival, string Reason);
