using System.Globalization;
using System.Runtime.InteropServices;

namespace Signalbox.Benchmarks.Load;

/// <summary>How long ago a process was started, from the kernel.</summary>
internal static partial class ProcessAge
{
    /// <summary>Ticks a second in <c>/proc/PID/stat</c> (USER_HZ): the answer is right to 10 ms.</summary>
    private const int TicksASecond = 100;

    private const int ClockBootTime = 7;

    public static TimeSpan Of(int process)
    {
        // proc(5), field 22: the start, in ticks since boot. What follows the name in brackets begins with field 3.
        var stat = File.ReadAllText($"/proc/{process}/stat");
        var started = long.Parse(stat[(stat.LastIndexOf(')') + 2)..].Split(' ')[19], CultureInfo.InvariantCulture);
        if (clock_gettime(ClockBootTime, out var now) != 0) throw new InvalidOperationException("The time since boot cannot be read.");
        return TimeSpan.FromSeconds(now.Seconds + now.Nanoseconds / 1e9 - (double)started / TicksASecond);
    }

    [LibraryImport("libc", SetLastError = true)]
    private static partial int clock_gettime(int clock, out Time time);

    private readonly struct Time
    {
        public readonly long Seconds;
        public readonly long Nanoseconds;
    }
}
