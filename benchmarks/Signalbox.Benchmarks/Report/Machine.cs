using System.Globalization;
using System.Runtime.InteropServices;

namespace Signalbox.Benchmarks.Report;

/// <summary>What the figures belong to.</summary>
internal static class Machine
{
    public static IReadOnlyList<(string What, string Value)> Facts() =>
    [
        ("processor", $"{Value("/proc/cpuinfo", "model name") ?? RuntimeInformation.ProcessArchitecture.ToString()}, {Environment.ProcessorCount} cores, shared by client, router and backend"),
        ("memory", $"{Kilobytes(Value("/proc/meminfo", "MemTotal")) / 1e6:0.0} GB"),
        ("kernel", $"Linux {File.ReadAllText("/proc/sys/kernel/osrelease").Trim()}"),
        ("system", (Value("/etc/os-release", "PRETTY_NAME", '=') ?? "unknown").Trim('"')),
        (".NET", Environment.Version.ToString()),
    ];

    private static string? Value(string file, string name, char separator = ':') =>
        File.Exists(file) ? File.ReadLines(file).Where(line => line.StartsWith(name, StringComparison.Ordinal)).Select(line => line[(line.IndexOf(separator) + 1)..].Trim()).FirstOrDefault() : null;

    private static double Kilobytes(string? value) => value is null ? 0 : double.Parse(value.Split(' ')[0], CultureInfo.InvariantCulture) * 1.024;
}
