namespace Signalbox.Sources.Files;

/// <summary>A value and where it stands in the file; line and column count from 1.</summary>
internal readonly record struct Located<T>(T Value, int Line, int Column);
