using System.Globalization;
using Signalbox.Benchmarks.Backends;
using Signalbox.Benchmarks.Frame;
using Signalbox.Benchmarks.Load;
using Signalbox.Benchmarks.Report;
using Signalbox.Benchmarks.Scenarios;

// The bench starts itself for the services that are to be processes of their own.
if (args is ["sink", var port])
{
    SinkProgram.Run(int.Parse(port, CultureInfo.InvariantCulture));
    return 0;
}

if (await Modes.RunAsync(args)) return 0;

var (options, problem) = CommandLine.Read(args, [.. Catalog.All.Select(scenario => scenario.Name)]);
if (options is null)
{
    Console.Error.WriteLine(problem);
    return 2;
}

var chosen = Catalog.All.Where(scenario => options.Names.Count == 0 || options.Names.Contains(scenario.Name)).ToList();
var findings = await new Runner(options, new Progress()).RunAsync(chosen);
foreach (var found in findings)
{
    Console.WriteLine(found.Scenario.What);
    foreach (var sample in found.Samples) Console.WriteLine($"  {sample.Round} {sample.Contestant} {sample.Metric.Name} {sample.Value} {sample.Metric.Unit}");
    foreach (var failure in found.Failures) Console.WriteLine($"  {failure}");
}

return findings.Any(found => found.Failures.Count > 0) ? 1 : 0;
