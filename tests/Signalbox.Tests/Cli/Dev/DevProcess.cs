using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Threading.Channels;
using Signalbox.Model;

namespace Signalbox.Tests.Cli.Dev;

/// <summary>The real <c>signalbox dev</c> as a process of its own. Its command gets the same standard input, so closing that is how most commands here end.</summary>
internal sealed partial class DevProcess : IDisposable
{
    private readonly Process _process;
    private readonly Channel<string> _lines = Channel.CreateUnbounded<string>();

    /// <summary>With every signal at its default, whatever this process was started with: <c>nohup</c>, for one, hands on an ignored SIGHUP.</summary>
    public DevProcess(HomeLayout home, string directory, IEnumerable<string> arguments, params (string Name, string? Value)[] variables)
        : this("--default-signal", home, directory, arguments, variables)
    {
    }

    /// <param name="signals">What env(1) is to do with signals before it becomes the program.</param>
    public DevProcess(string signals, HomeLayout home, string directory, IEnumerable<string> arguments, params (string Name, string? Value)[] variables)
    {
        var start = new ProcessStartInfo("env")
        {
            WorkingDirectory = directory, RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true,
        };
        foreach (var argument in (string[])[signals, .. Program, "dev", "--home", home.Root, .. arguments]) start.ArgumentList.Add(argument);
        start.Environment.Remove("NODE_EXTRA_CA_CERTS");
        foreach (var (name, value) in variables) start.Environment[name] = value;
        _process = Process.Start(start)!;
        _process.OutputDataReceived += (_, line) => Take(line.Data);
        _process.ErrorDataReceived += (_, line) => Take(line.Data);
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    /// <summary>How the program under test is started.</summary>
    public static string[] Program { get; } = ["dotnet", typeof(Claim).Assembly.Location];

    /// <summary>Everything printed so far, on both sides.</summary>
    public List<string> Output { get; } = [];

    public int Id => _process.Id;

    public void Signal(int number) => Kill(_process.Id, number).ShouldBe(0);

    /// <summary>Reads on until a line holds this text.</summary>
    public async Task<string> LineAsync(string text)
    {
        await foreach (var line in _lines.Reader.ReadAllAsync(TestContext.Current.CancellationToken))
        {
            if (line.Contains(text, StringComparison.Ordinal)) return line;
        }

        throw new InvalidOperationException($"It ended without “{text}”. It said: {string.Join('\n', Output)}");
    }

    public void CloseInput() => _process.StandardInput.Close();

    public async Task<int> ExitCodeAsync()
    {
        await _process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return _process.ExitCode;
    }

    public void Dispose()
    {
        if (!_process.HasExited) _process.Kill(entireProcessTree: true);
        _process.WaitForExit();
        _process.Dispose();
    }

    private void Take(string? line)
    {
        // Both sides end with a null; the lines' end is the process's.
        lock (Output)
        {
            if (line is not null) Output.Add(line);
        }

        if (line is not null) _lines.Writer.TryWrite(line);
        else if (Interlocked.Increment(ref _ends) == 2) _lines.Writer.Complete();
    }

    private int _ends;

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int Kill(int process, int signal);
}
