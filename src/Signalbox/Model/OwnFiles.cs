namespace Signalbox.Model;

/// <summary>Where a host's own certificate lies.</summary>
/// <param name="Host">A host name or wildcard, as its routes have it.</param>
/// <param name="Certificate">The full path of a PEM file: the certificate, then its chain.</param>
/// <param name="Key">The full path of the PEM file with the key; the same one where both stand in one file.</param>
internal sealed record OwnFiles(string Host, string Certificate, string Key);
