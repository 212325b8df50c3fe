using Signalbox.Model;

namespace Signalbox.Cli;

/// <summary>What a command's end tells a script. Stable.</summary>
internal static class ExitCodes
{
    public const int Done = 0;

    public const int Failed = 1;

    /// <summary>The command line, or a value in it, cannot be understood.</summary>
    public const int Usage = 2;

    public const int NoDaemon = 3;

    /// <summary>A name or a home is held by somebody else.</summary>
    public const int Conflict = 4;

    /// <summary>Ended by Ctrl-C: 128 + SIGINT (2), as shells say it.</summary>
    public const int Interrupted = 130;

    public static int Of(Problem problem) => problem.Type switch
    {
        ProblemType.NoDaemon => NoDaemon,
        ProblemType.HostInUse or ProblemType.HomeInUse => Conflict,
        ProblemType.InvalidHost or ProblemType.InvalidTarget or ProblemType.InvalidPath or ProblemType.InvalidPort or ProblemType.InvalidRequest => Usage,
        _ => Failed,
    };
}
