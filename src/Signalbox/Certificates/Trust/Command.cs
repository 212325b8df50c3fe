using System.ComponentModel;
using System.Diagnostics;

namespace Signalbox.Certificates.Trust;

/// <summary>Runs a program to its end. Nothing is passed through a shell; its input is empty, so that nothing can ask questions.</summary>
internal static class Command
{
    public static async Task<CommandResult> RunAsync(string program, IReadOnlyList<string> arguments, CancellationToken cancellation)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };

        // Its messages are shown to people and one of them is read; both in the one language we know.
        start.Environment["LC_ALL"] = "C";
        using var process = new Process { StartInfo = start };
        try
        {
            process.Start();
        }
        catch (Win32Exception error)
        {
            // 126 as shells have it: found, and not to be run.
            return new CommandResult(126, "", error.Message);
        }

        process.StandardInput.Close();
        var output = process.StandardOutput.ReadToEndAsync(cancellation);
        var errors = process.StandardError.ReadToEndAsync(cancellation);
        try
        {
            await process.WaitForExitAsync(cancellation);
            return new CommandResult(process.ExitCode, await output, await errors);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw;
        }
    }
}

internal sealed record CommandResult(int Exit, string Output, string Errors)
{
    public bool Succeeded => Exit == 0;

    /// <summary>What it said, on one line, for a message.</summary>
    public string Words
    {
        get
        {
            var text = Errors.Trim().Length > 0 ? Errors : Output;
            var lines = text.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
            return lines.Length > 0 ? string.Join(' ', lines) : $"exit code {Exit}";
        }
    }
}
