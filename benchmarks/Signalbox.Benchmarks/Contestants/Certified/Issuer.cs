namespace Signalbox.Benchmarks.Contestants.Certified;

/// <summary>A CA as a router is told of it.</summary>
/// <param name="Directory">Its ACME directory.</param>
/// <param name="RootFile">The root of its own HTTPS, PEM.</param>
internal sealed record Issuer(Uri Directory, string RootFile);
