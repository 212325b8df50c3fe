using System.Globalization;
using System.Runtime.InteropServices;
using Signalbox.Benchmarks.Backends;
using Signalbox.Benchmarks.Frame;
using Signalbox.Benchmarks.Load;
using Signalbox.Benchmarks.Relay;
using Signalbox.Benchmarks.Report;
using Signalbox.Benchmarks.Scenarios;

// The bench starts itself for the services that are to be processes of their own.
if (args is ["sink", var port])
{
    SinkProgram.Run(int.Parse(port, CultureInfo.InvariantCulture));
    return 0;
}

if (await Modes.RunAsync(args)) return 0;

if (args is ["relay", var listen, var behind])
{
    RelayProgram.Run(int.Parse(listen, CultureInfo.InvariantCulture), int.Parse(behind, CultureInfo.InvariantCulture));
    return 0;
}

var (options, problem) = CommandLine.Read(args, [.. Catalog.All.Select(scenario => scenario.Name)]);
if (options is null)
{
    var asked = args.Contains("--help");
    (asked ? Console.Out : Console.Error).WriteLine(problem);
    return asked ? 0 : 2;
}

var chosen = Catalog.All.Where(scenario => options.Names.Count == 0 ? scenario.Fits(options.Length) : options.Names.Contains(scenario.Name)).ToList();
using var stop = new CancellationTokenSource();
using var interrupted = PosixSignalRegistration.Create(PosixSignal.SIGINT, End);
using var terminated = PosixSignalRegistration.Create(PosixSignal.SIGTERM, End);
try
{
    var result = await new Runner(options, new Progress()).RunAsync(chosen, stop.Token);
    Console.WriteLine(TerminalReport.Of(result));
    if (options.Document is { } document) File.WriteAllText(document, MarkdownReport.Of(result, options, DateTimeOffset.Now));
    return result.Failed ? 1 : 0;
}
catch (OperationCanceledException) when (stop.IsCancellationRequested)
{
    return 130;
}

// Everything that was started is ended before the program ends.
void End(PosixSignalContext signal)
{
    signal.Cancel = true;
    stop.Cancel();
}
