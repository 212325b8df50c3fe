using System.ComponentModel;
using System.Diagnostics;
using Signalbox.Cli.Client;
using Signalbox.Cli.Demo.Samples;
using Signalbox.Model;

namespace Signalbox.Cli.Demo;

/// <summary>One run of a sample service: this very program, as a process of its own, which ends when its standard input does.</summary>
internal sealed class SampleProcess : IAsyncDisposable
{
    /// <summary>It ends within milliseconds once its input has; one that does not is killed.</summary>
    private static readonly TimeSpan EndLimit = TimeSpan.FromSeconds(3);

    private readonly Process _process;
    private readonly Task _drained;

    private SampleProcess(Process process, Task drained) => (_process, _drained) = (process, drained);

    public int Id => _process.Id;

    /// <summary>Starts it and waits until it listens; a problem when it ends before, for one because its port was taken meanwhile.</summary>
    public static async Task<Outcome<SampleProcess>> StartAsync(IEnumerable<string> words, CancellationToken cancellation)
    {
        var command = DaemonCommand.ThisProgram(words);
        var start = new ProcessStartInfo(command.Program) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var argument in command.Arguments) start.ArgumentList.Add(argument);
        Process process;
        try
        {
            process = Process.Start(start)!;
        }
        catch (Win32Exception error)
        {
            return Failed($"It cannot be started: {error.Message}.");
        }

        var errors = process.StandardError.ReadToEndAsync(CancellationToken.None);
        var sample = new SampleProcess(process, errors);
        try
        {
            var line = await process.StandardOutput.ReadLineAsync(cancellation);
            if (line?.StartsWith(SampleServer.Listening, StringComparison.Ordinal) == true) return sample;
            await process.WaitForExitAsync(cancellation);
            var said = (await errors).Trim();
            await sample.DisposeAsync();
            return Failed(said.Length > 0 ? $"It ended before it listened. It said: {said}" : "It ended before it listened, and said nothing.");
        }
        catch (OperationCanceledException)
        {
            await sample.DisposeAsync();
            throw;
        }

        Problem Failed(string text) => new(ProblemType.CommandFailed, ProblemSide.System, string.Join(' ', words.Take(1)), text);
    }

    /// <summary>Its exit code, once it has ended by itself.</summary>
    public async Task<int> WaitAsync(CancellationToken cancellation)
    {
        await _process.WaitForExitAsync(cancellation);
        return _process.ExitCode;
    }

    /// <summary>Ends it and waits for its end.</summary>
    public async ValueTask DisposeAsync()
    {
        _process.StandardInput.Close();
        using var limit = new CancellationTokenSource(EndLimit);
        try
        {
            await _process.WaitForExitAsync(limit.Token);
        }
        catch (OperationCanceledException)
        {
            _process.Kill();
            await _process.WaitForExitAsync(CancellationToken.None);
        }

        await _drained;
        _process.Dispose();
    }
}
