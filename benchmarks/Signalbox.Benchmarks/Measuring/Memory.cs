using System.Globalization;

namespace Signalbox.Benchmarks.Measuring;

/// <summary>Memory of processes in bytes, from <c>/proc</c>.</summary>
internal static class Memory
{
    /// <summary>What is the processes' own and no file's (RssAnon). Pages shared after a fork count in each of them; see <see cref="Proportional"/>.</summary>
    public static long Anonymous(IEnumerable<int> processes) => processes.Sum(process => Field($"/proc/{process}/status", "RssAnon:"));

    /// <summary>Each page divided by the number of processes that share it (PSS): the fair sum for a router of several processes.</summary>
    public static long Proportional(IEnumerable<int> processes) => processes.Sum(process => Field($"/proc/{process}/smaps_rollup", "Pss:"));

    /// <summary>A line's value in bytes; 0 when there is none, or when the process is gone.</summary>
    private static long Field(string file, string name)
    {
        try
        {
            var line = File.ReadLines(file).FirstOrDefault(line => line.StartsWith(name, StringComparison.Ordinal));
            return line is null ? 0 : KilobytesIn(line) * 1024;
        }
        catch (IOException)
        {
            return 0;
        }
    }

    /// <summary><c>Name:      1234 kB</c></summary>
    private static long KilobytesIn(string line) => long.Parse(line.Split((char[])[' ', '\t'], StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture);
}
