namespace Signalbox.Benchmarks.Measuring;

/// <summary>Open file descriptors of processes.</summary>
internal static class Descriptors
{
    public static int Of(IEnumerable<int> processes) => processes.Sum(Count);

    private static int Count(int process)
    {
        try
        {
            return Directory.EnumerateFileSystemEntries($"/proc/{process}/fd").Count();
        }
        catch (IOException)
        {
            return 0;
        }
    }
}
