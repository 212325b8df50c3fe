namespace Signalbox.Cli.Output;

/// <summary>What the command prints cannot be written: the disk behind a redirection is full, or the terminal is gone.</summary>
internal sealed class OutputException(string reason) : IOException($"The output cannot be written: {reason}.");
