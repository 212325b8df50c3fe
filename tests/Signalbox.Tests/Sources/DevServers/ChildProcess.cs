using System.Diagnostics;

namespace Signalbox.Tests.Sources.DevServers;

/// <summary>A real child process written in Python or as a shell script, ended with the test.</summary>
internal sealed class ChildProcess : IDisposable
{
    private readonly Process _process;

    public ChildProcess(string program, params string[] arguments)
    {
        // With every signal at its default, whatever this process was started with: a shell ignores SIGINT for what it runs in the background.
        var start = new ProcessStartInfo("env") { RedirectStandardInput = true, RedirectStandardOutput = true };
        foreach (var argument in (string[])["--default-signal", program, .. arguments]) start.ArgumentList.Add(argument);
        _process = Process.Start(start)!;
    }

    public int Id => _process.Id;

    public static ChildProcess Python(string script) => new("python3", "-u", "-c", script);

    public void Tell(string line)
    {
        _process.StandardInput.WriteLine(line);
        _process.StandardInput.Flush();
    }

    public Task<string?> ReadLineAsync() => _process.StandardOutput.ReadLineAsync();

    public void Dispose()
    {
        _process.Kill(entireProcessTree: true);
        _process.WaitForExit();
        _process.Dispose();
    }
}
