namespace Signalbox.Benchmarks.Load;

/// <summary>Descriptors of a router, told apart by what they are: dead are the sockets whose other side has closed them, the idle connections to a backend that ended.</summary>
internal static class HeldDescriptors
{
    /// <summary>TCP_CLOSE_WAIT in the fourth column of <c>/proc/net/tcp</c>.</summary>
    private const string CloseWait = "08";

    /// <summary>A runtime opens a library at its first use and keeps it open for good: not what a connection leaves behind.</summary>
    private static readonly string[] Libraries = [".dll", ".so", ".pdb"];

    /// <summary>Descriptors that are neither a dead socket nor a library.</summary>
    public static int Live(IEnumerable<int> processes)
    {
        var closed = Closed();
        return processes.Sum(process => Held(process).Count(target => !closed.Contains(target) && !Libraries.Any(target.EndsWith)));
    }

    public static int Dead(IEnumerable<int> processes)
    {
        var closed = Closed();
        return processes.Sum(process => Held(process).Count(closed.Contains));
    }

    private static HashSet<string> Closed() =>
        // "sl local_address rem_address st tx:rx tr:when retrnsmt uid timeout inode …"
        File.ReadLines("/proc/net/tcp").Concat(File.ReadLines("/proc/net/tcp6"))
            .Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            .Where(fields => fields.Length > 9 && fields[3] == CloseWait).Select(fields => $"socket:[{fields[9]}]").ToHashSet();

    private static IEnumerable<string> Held(int process)
    {
        foreach (var entry in Directory.EnumerateFileSystemEntries($"/proc/{process}/fd"))
        {
            string? target;
            try
            {
                target = new FileInfo(entry).LinkTarget;
            }
            catch (IOException)
            {
                // Closed in the meantime.
                continue;
            }

            if (target is not null) yield return target;
        }
    }
}
