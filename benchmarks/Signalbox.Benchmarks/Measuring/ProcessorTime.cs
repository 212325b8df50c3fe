using System.ComponentModel;
using System.Globalization;
using System.Runtime.InteropServices;

namespace Signalbox.Benchmarks.Measuring;

/// <summary>
/// User and system time of processes. The kernel's clock of a process counts nanoseconds, and the threads that have ended too; <c>/proc/PID/stat</c> shows
/// the same sum rounded to 10 ms, which would be a hundredth of a turn.
/// </summary>
internal static partial class ProcessorTime
{
    /// <summary>Ticks a second in <c>/proc/PID/stat</c> (USER_HZ, 100 on every Linux that .NET runs on).</summary>
    private const int TicksASecond = 100;

    /// <summary>Of the processes and of those children of theirs that have ended. One that is gone counts nothing: its parent has its time.</summary>
    public static TimeSpan Of(IEnumerable<int> processes) => processes.Aggregate(TimeSpan.Zero, (sum, process) => sum + Own(process) + OfEnded(process));

    /// <summary>Fields 16 and 17 of <c>/proc/PID/stat</c> (proc(5)): user and system time of children that were waited for.</summary>
    public static TimeSpan EndedIn(string stat)
    {
        // What follows the name begins with field 3.
        var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
        return TimeSpan.FromSeconds((double)(long.Parse(fields[13], CultureInfo.InvariantCulture) + long.Parse(fields[14], CultureInfo.InvariantCulture)) / TicksASecond);
    }

    private static TimeSpan OfEnded(int process)
    {
        try
        {
            return EndedIn(File.ReadAllText($"/proc/{process}/stat"));
        }
        catch (IOException)
        {
            return TimeSpan.Zero;
        }
    }

    private static TimeSpan Own(int process)
    {
        if (clock_getcpuclockid(process, out var clock) != 0) return TimeSpan.Zero;
        if (clock_gettime(clock, out var time) == 0) return TimeSpan.FromSeconds(time.Seconds) + TimeSpan.FromMicroseconds(time.Nanoseconds / 1000.0);
        const int invalid = 22; // EINVAL: the process is gone.
        var error = Marshal.GetLastPInvokeError();
        return error == invalid ? TimeSpan.Zero : throw new Win32Exception(error);
    }

    [LibraryImport("libc")]
    private static partial int clock_getcpuclockid(int pid, out int clock);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int clock_gettime(int clock, out Time time);

    private readonly struct Time
    {
        public readonly long Seconds;
        public readonly long Nanoseconds;
    }
}
