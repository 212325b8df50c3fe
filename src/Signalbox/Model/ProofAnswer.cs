namespace Signalbox.Model;

/// <summary>What the router answers to a signed proof request: which route this very listener would have taken, at which revision.</summary>
internal sealed record ProofAnswer(string Host, string Path, string Id, long Revision);
