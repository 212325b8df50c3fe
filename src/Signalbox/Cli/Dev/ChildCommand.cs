using System.ComponentModel;
using System.Diagnostics;
using Signalbox.Model;

namespace Signalbox.Cli.Dev;

/// <summary>The user's command, running with our own standard input, output and error: it is in the terminal as if we were not there.</summary>
internal sealed class ChildCommand : IDisposable
{
    /// <summary>ENOENT, EACCES and ENOEXEC (errno(3)), the same numbers on Linux and macOS.</summary>
    private const int NoEntry = 2, NoAccess = 13, NoFormat = 8;

    private readonly Process _process;

    private ChildCommand(Process process) => _process = process;

    public int Id => _process.Id;

    /// <summary>Starts it, or tells why it cannot be run.</summary>
    /// <param name="file">Found by <see cref="CommandFile.Find"/>; becomes argument zero.</param>
    /// <param name="arguments">The others.</param>
    /// <param name="directory">Where it runs.</param>
    /// <param name="variables">Set beside our own environment.</param>
    public static Outcome<ChildCommand> Start(string file, IReadOnlyList<string> arguments, string directory, IReadOnlyDictionary<string, string> variables)
    {
        try
        {
            return Launch(file, arguments, directory, variables);
        }
        catch (Win32Exception error) when (error.NativeErrorCode == NoFormat)
        {
            // A script without a first line that names its interpreter is run by the shell, as execvp(3) does.
            return Launch("/bin/sh", [file, .. arguments], directory, variables);
        }
        catch (Win32Exception error)
        {
            return CommandFile.Failed(file, error.NativeErrorCode switch
            {
                NoEntry => "It cannot be run, because the interpreter that its first line names is missing.",
                NoAccess => "Permission to run it is denied.",
                _ => $"It cannot be run: {error.Message}.",
            }, "Try it without Signalbox; it should say the same.");
        }
    }

    /// <summary>Its exit code once it has ended; 128 + N when signal N ended it.</summary>
    public async Task<int> WaitAsync()
    {
        await _process.WaitForExitAsync();
        return _process.ExitCode;
    }

    public void Dispose() => _process.Dispose();

    private static ChildCommand Launch(string file, IReadOnlyList<string> arguments, string directory, IReadOnlyDictionary<string, string> variables)
    {
        var start = new ProcessStartInfo(file) { UseShellExecute = false, WorkingDirectory = directory };
        foreach (var argument in arguments) start.ArgumentList.Add(argument);
        foreach (var (name, value) in variables) start.Environment[name] = value;
        return new ChildCommand(Libc.WithDefaultPipeSignal(() => Process.Start(start)!));
    }
}
