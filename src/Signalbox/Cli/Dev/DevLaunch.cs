using Signalbox.Model;

namespace Signalbox.Cli.Dev;

/// <summary>How the command is started, and where it is expected to listen.</summary>
internal sealed record DevLaunch
{
    /// <summary>Behind the program's name.</summary>
    public required Items<string> Arguments { get; init; }

    public required IReadOnlyDictionary<string, string> Variables { get; init; }

    /// <summary>The port it is told, or names itself.</summary>
    public required int Port { get; init; }

    /// <summary>True when nobody listened on the port before the start.</summary>
    public required bool IsOurs { get; init; }

    public required string Url { get; init; }
}
