using System.Collections.Concurrent;
using System.Diagnostics;

namespace Signalbox.EndToEnd.Support;

/// <summary>A program started by a test. Its output is kept; it is killed by its id when the test lets go of it.</summary>
internal sealed class ChildProcess : IAsyncDisposable
{
    private readonly Process _process;
    private readonly ConcurrentQueue<string> _output = new();
    private readonly ConcurrentQueue<string> _errors = new();
    private readonly string _shown;

    private ChildProcess(Process process, string shown)
    {
        _process = process;
        _shown = shown;
    }

    public int Id => _process.Id;

    public bool HasExited => _process.HasExited;

    public IReadOnlyCollection<string> Output => _output;

    public IReadOnlyCollection<string> Errors => _errors;

    /// <summary>Everything it said, for a failure's message.</summary>
    public string Transcript => $"{_shown} (pid {Id}, {(HasExited ? $"exit code {_process.ExitCode}" : "running")})\n{string.Join('\n', _output.Concat(_errors))}";

    public static ChildProcess Start(string program, IEnumerable<string> arguments, string? directory = null, IReadOnlyDictionary<string, string?>? environment = null)
    {
        // env(1) puts every signal back to its default and becomes the program, so that no test hangs on how this process was started: nohup hands on an
        // ignored SIGHUP, and a shell ignores SIGINT for what it runs in the background.
        var start = new ProcessStartInfo("env", ["--default-signal", program, .. arguments])
        {
            RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = directory ?? "/",
        };
        foreach (var (name, value) in environment ?? new Dictionary<string, string?>()) start.Environment[name] = value;
        var process = new Process { StartInfo = start };
        var child = new ChildProcess(process, $"{Path.GetFileName(program)} {string.Join(' ', start.ArgumentList.Skip(2))}");
        process.OutputDataReceived += (_, line) => Keep(child._output, line.Data);
        process.ErrorDataReceived += (_, line) => Keep(child._errors, line.Data);
        process.Start();
        process.StandardInput.Close();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        return child;
    }

    public bool Signal(int signal) => !HasExited && Signals.Send(Id, signal);

    /// <summary>Waits for its end and for the end of its output.</summary>
    public async Task<int> ExitAsync()
    {
        using var limit = new CancellationTokenSource(Wait.Limit);
        try
        {
            await _process.WaitForExitAsync(limit.Token);
        }
        catch (OperationCanceledException)
        {
            throw new TimeoutException($"It did not end within {Wait.Limit.TotalSeconds} s: {Transcript}");
        }

        return _process.ExitCode;
    }

    /// <summary>The first line on either output that satisfies the condition; fails when the program ends without one.</summary>
    public async Task<string> LineAsync(string what, Func<string, bool> condition)
    {
        string? line = null;
        await Wait.UntilAsync(
            $"{_shown} says {what}",
            async () =>
            {
                var ended = HasExited;
                if (ended) await ExitAsync();
                line = _output.Concat(_errors).FirstOrDefault(condition);
                return line is not null || (ended ? throw new InvalidOperationException($"It ended without saying {what}: {Transcript}") : false);
            },
            () => Transcript);
        return line!;
    }

    /// <summary>Ends it at once, as a power cut would, and waits until the kernel has let go of what it held.</summary>
    public async Task Kill9Async()
    {
        Signal(Signals.Kill);
        // Not for the end of its output: a process it started may hold that open.
        await Wait.UntilAsync($"process {Id} is gone", () => HasExited);
    }

    public async ValueTask DisposeAsync()
    {
        await Kill9Async();
        _process.Dispose();
    }

    private static void Keep(ConcurrentQueue<string> lines, string? line)
    {
        if (line is not null) lines.Enqueue(line);
    }
}
