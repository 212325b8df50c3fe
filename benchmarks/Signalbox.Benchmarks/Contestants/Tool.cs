using System.Diagnostics;

namespace Signalbox.Benchmarks.Contestants;

/// <summary>Runs a short command of another program.</summary>
internal static class Tool
{
    /// <summary>The first line it prints on either output; empty when it prints none.</summary>
    public static string FirstLine(string program, params string[] arguments)
    {
        var (output, errors) = Run(program, arguments);
        return output.Concat(errors).FirstOrDefault() ?? "";
    }

    private static (string[] Output, string[] Errors) Run(string program, string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        using var process = Process.Start(start)!;
        var errors = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (Lines(output), Lines(errors.GetAwaiter().GetResult()));
    }

    private static string[] Lines(string text) => text.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
}
