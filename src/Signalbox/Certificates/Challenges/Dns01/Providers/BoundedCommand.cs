using System.ComponentModel;
using System.Diagnostics;
using System.Text;

namespace Signalbox.Certificates.Challenges.Dns01.Providers;

/// <summary>Runs a program of the user's for a bounded time, without a shell and with nothing to read, and kills it with everything it started.</summary>
internal sealed class BoundedCommand(TimeProvider time, TimeSpan limit)
{
    /// <summary>Of each output the end is kept: that is where a program says why it gave up.</summary>
    private const int KeptOctets = 4096;

    /// <summary>
    /// For the ends of the outputs once the program itself is gone. What it left running in the background may hold them open for ever, and is its own affair.
    /// </summary>
    private static readonly TimeSpan Afterwards = TimeSpan.FromSeconds(1);

    public async Task<CommandEnd> RunAsync(string program, IEnumerable<string> arguments, IEnumerable<KeyValuePair<string, string>> variables, CancellationToken cancellation)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var (name, value) in variables) start.Environment[name] = value;
        using var process = new Process { StartInfo = start };
        try
        {
            process.Start();
        }
        catch (Win32Exception error)
        {
            return new CommandEnd(null, error.Message) { Started = false };
        }

        process.StandardInput.Close();
        using var reading = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        Tail output = new(), errors = new();
        var read = Task.WhenAll(output.ReadAsync(process.StandardOutput.BaseStream, reading.Token), errors.ReadAsync(process.StandardError.BaseStream, reading.Token));
        using var limited = new CancellationTokenSource(limit, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limited.Token, cancellation);
        int? exit = null;
        try
        {
            await process.WaitForExitAsync(either.Token);
            exit = process.ExitCode;
        }
        catch (OperationCanceledException)
        {
            Kill(process);
        }

        await Task.WhenAny(read, Task.Delay(Afterwards, time, CancellationToken.None));
        await reading.CancelAsync();
        await read.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        cancellation.ThrowIfCancellationRequested();
        return new CommandEnd(exit, errors.Text.Length > 0 ? errors.Text : output.Text);
    }

    private static void Kill(Process process)
    {
        try
        {
            process.Kill(entireProcessTree: true);
        }
        catch (Exception error) when (error is AggregateException or Win32Exception)
        {
            // One of them belongs to somebody else (it changed its user): all the others are gone, and more is not in our power.
        }
    }

    /// <summary>The last octets of a stream; the rest is read and dropped, so that nobody waits for room.</summary>
    private sealed class Tail
    {
        private static readonly char[] Controls = [.. Enumerable.Range(0, 0xA0).Select(code => (char)code).Where(char.IsControl)];

        private readonly List<byte> _octets = [];

        /// <summary>On one line and without what a terminal would obey, for a message. Looked at once the reading is over.</summary>
        public string Text => string.Join(' ', Encoding.UTF8.GetString([.. _octets]).Split(Controls, StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries));

        public async Task ReadAsync(Stream stream, CancellationToken cancellation)
        {
            var buffer = new byte[KeptOctets];
            while (await stream.ReadAsync(buffer, cancellation) is > 0 and var length)
            {
                _octets.AddRange(buffer.AsSpan(0, length));
                if (_octets.Count > KeptOctets) _octets.RemoveRange(0, _octets.Count - KeptOctets);
            }
        }
    }
}

/// <summary>How a command ended.</summary>
/// <param name="Exit">Its exit code; null when it was killed because its time was up, or never started.</param>
/// <param name="Words">The end of what it wrote to its error output, or else to its output.</param>
internal sealed record CommandEnd(int? Exit, string Words)
{
    public bool Started { get; init; } = true;
}
