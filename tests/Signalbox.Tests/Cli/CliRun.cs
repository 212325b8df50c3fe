using Signalbox.Cli;
using Signalbox.Cli.Output;
using Signalbox.Tests.Support;

namespace Signalbox.Tests.Cli;

/// <summary>Runs the command line in this process and keeps what it prints.</summary>
internal sealed class CliRun : IDisposable
{
    private readonly StringWriter _out = new(), _error = new();

    public CliRun(bool terminal = false, bool colour = false) => Context = new CliContext(
        new Terminal(_out, terminal, colour), new Terminal(_error, terminal, colour), Variables.GetValueOrDefault, new FakeTimeProvider(Reports.Now));

    public Dictionary<string, string?> Variables { get; } = [];

    public CliContext Context { get; }

    public string Out => _out.ToString();

    public string Error => _error.ToString();

    public Task<int> RunAsync(params string[] words) => CommandLine.RunAsync(words, Context, TestContext.Current.CancellationToken);

    public void Dispose()
    {
        _out.Dispose();
        _error.Dispose();
    }
}
