using System.Diagnostics;
using Signalbox.Model;

namespace Signalbox.Cli.Client;

/// <summary>How a daemon is started as a process of its own: the program, and the arguments that make it one.</summary>
/// <param name="Program">The executable's path.</param>
/// <param name="Arguments">Its arguments.</param>
internal sealed record DaemonCommand(string Program, Items<string> Arguments)
{
    /// <summary>Hidden option of <c>up</c>: this process is a daemon nobody watches, and leaves the session of the terminal it was started in.</summary>
    public const string DetachedOption = "--detached";

    /// <summary>
    /// The shell between us and the daemon. It gives the log as output, so that not even a crash of the runtime goes unrecorded; keeps what is
    /// written private; lets go of descriptors a caller may have left open (a lock held by a shell script would else be held by the daemon as
    /// long as it lives); and becomes the daemon by exec, so that it is our child and its end is seen.
    /// </summary>
    private const string Script =
        """umask 077; log=$1; shift; exec </dev/null >>"$log" 2>&1 3>&- 4>&- 5>&- 6>&- 7>&- 8>&- 9>&-; exec "$@" """;

    /// <summary>This very program's <c>up</c>, with further arguments of it such as <c>--http 8080</c>.</summary>
    public static DaemonCommand OfThisProgram(HomeLayout home, params IEnumerable<string> arguments)
    {
        string[] up = ["up", DetachedOption, "--home", home.Root, .. arguments];
        return ThisProgram(up);
    }

    /// <summary>This very program with other words.</summary>
    public static DaemonCommand ThisProgram(IEnumerable<string> words)
    {
        var own = Environment.ProcessPath ?? "signalbox";
        // Started by `dotnet signalbox.dll` the process is the runtime's host, which needs to be told the program.
        return Path.GetFileNameWithoutExtension(own) == "dotnet"
            ? new DaemonCommand(own, [Path.Combine(AppContext.BaseDirectory, "signalbox.dll"), .. words])
            : new DaemonCommand(own, [.. words]);
    }

    /// <summary>Starts it in the home, with its output going to the home's log.</summary>
    /// <exception cref="System.ComponentModel.Win32Exception">There is no shell.</exception>
    public Process Start(HomeLayout home)
    {
        var start = new ProcessStartInfo("/bin/sh")
        {
            WorkingDirectory = home.Root,
            // With pipes at all three ends the runtime knows that the child does not use the terminal, and leaves its settings alone.
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var argument in (string[])["-c", Script, "signalbox", home.DaemonLog, Program, .. Arguments]) start.ArgumentList.Add(argument);
        return Process.Start(start)!;
    }
}
