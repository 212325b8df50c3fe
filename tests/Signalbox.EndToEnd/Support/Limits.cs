using System.Runtime.InteropServices;

namespace Signalbox.EndToEnd.Support;

/// <summary>What a process uses and may use.</summary>
internal static partial class Limits
{
    /// <summary>RLIMIT_NOFILE of Linux.</summary>
    private const int OpenFiles = 7;

    /// <summary>Clock ticks a second in /proc (USER_HZ), the same on all platforms of Linux we run on.</summary>
    private const int TicksASecond = 100;

    /// <summary>Descriptors a process has open.</summary>
    public static int Descriptors(int process) => Directory.GetFiles($"/proc/{process}/fd").Length;

    /// <summary>No descriptor of this number or above is given to it from now on; those it has stay.</summary>
    public static void SetDescriptors(int process, int most)
    {
        var limit = new Limit((ulong)most, (ulong)most);
        prlimit(process, OpenFiles, in limit, 0).ShouldBe(0);
    }

    /// <summary>The highest number of a descriptor that a process has open.</summary>
    public static int HighestDescriptor(int process) => Directory.GetFiles($"/proc/{process}/fd").Max(path => int.Parse(Path.GetFileName(path)));

    /// <summary>Processor time it has used, in all its threads.</summary>
    public static TimeSpan ProcessorTime(int process)
    {
        // pid (comm) state …: utime and stime are fields 14 and 15 of proc(5).
        var text = File.ReadAllText($"/proc/{process}/stat");
        var fields = text[(text.LastIndexOf(')') + 2)..].Split(' ');
        return TimeSpan.FromSeconds((double)(long.Parse(fields[11]) + long.Parse(fields[12])) / TicksASecond);
    }

    [LibraryImport("libc", SetLastError = true)]
    private static partial int prlimit(int pid, int resource, in Limit now, nint before);

    private readonly record struct Limit(ulong Soft, ulong Hard);
}
