namespace Signalbox.Sources.DevServers;

/// <summary>A process and all that descend from it, as /proc shows them at one moment.</summary>
internal static class ProcessTree
{
    /// <summary>The process itself first; processes that end while we look are left out.</summary>
    public static IReadOnlyList<int> Of(int root)
    {
        var tree = new List<int> { root };
        Dictionary<int, List<int>>? children = null;
        for (var i = 0; i < tree.Count; i++)
        {
            // Cost follows the tree, not the machine, where the kernel lists children (CONFIG_PROC_CHILDREN); the scan of all processes is the fallback.
            if (children is null && Listed(tree[i]) is { } listed) tree.AddRange(listed.Where(pid => !tree.Contains(pid)));
            else if ((children ??= ByParent()).TryGetValue(tree[i], out var scanned)) tree.AddRange(scanned.Where(pid => !tree.Contains(pid)));
        }

        return tree;
    }

    /// <summary>Inodes of the sockets a process holds; empty when it is gone or another user's.</summary>
    public static IEnumerable<long> Sockets(int process)
    {
        const string Prefix = "socket:[";
        var inodes = new List<long>();
        try
        {
            foreach (var descriptor in Directory.EnumerateFileSystemEntries($"/proc/{process}/fd"))
            {
                if (LinkTarget(descriptor) is { } target && target.StartsWith(Prefix, StringComparison.Ordinal) && long.TryParse(target.AsSpan()[Prefix.Length..^1], out var inode)) inodes.Add(inode);
            }
        }
        catch (Exception e) when (SmallFile.IsUnreadable(e))
        {
            return inodes;
        }

        return inodes;
    }

    /// <summary>The first words of the process's command line, for messages; null when it is gone.</summary>
    public static string? Command(int process)
    {
        // A whole command line may be long and hold secrets; the program and its first argument tell enough.
        var words = Text($"/proc/{process}/cmdline")?.Split('\0', StringSplitOptions.RemoveEmptyEntries);
        return words is { Length: > 0 } ? string.Join(' ', words.Take(2).Select(word => Path.GetFileName(word))) : Text($"/proc/{process}/comm")?.Trim();
    }

    /// <summary>When it started, in clock ticks since boot: with its number this tells a process from a later one that got the same number. Null when it has ended.</summary>
    public static long? Started(int process)
    {
        // Fields 3 and 22 of proc_pid_stat(5), counted from behind comm. A zombie has ended; only its parent has not asked yet.
        var fields = Stat(process);
        return fields is { Length: > 19 } && fields[0] is not ("Z" or "X") && long.TryParse(fields[19], out var ticks) ? ticks : null;
    }

    /// <summary>Every process there is now.</summary>
    public static IEnumerable<int> All() =>
        Directory.EnumerateDirectories("/proc").Select(path => int.TryParse(Path.GetFileName(path), out var pid) ? pid : 0).Where(pid => pid > 0);

    private static List<int>? Listed(int process)
    {
        try
        {
            var pids = new List<int>();
            // A process started by one thread is listed under that thread alone.
            foreach (var thread in Directory.EnumerateDirectories($"/proc/{process}/task"))
            {
                if (Text(Path.Combine(thread, "children")) is not { } text) return Directory.Exists(thread) ? null : pids;
                pids.AddRange(text.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(int.Parse));
            }

            return pids;
        }
        catch (Exception e) when (SmallFile.IsUnreadable(e))
        {
            return [];
        }
    }

    private static Dictionary<int, List<int>> ByParent()
    {
        var children = new Dictionary<int, List<int>>();
        foreach (var pid in All())
        {
            if (Stat(pid) is not { Length: > 1 } fields || !int.TryParse(fields[1], out var parent)) continue;
            if (!children.TryGetValue(parent, out var list)) children[parent] = list = [];
            list.Add(pid);
        }

        return children;
    }

    /// <summary>The fields of "pid (comm) state ppid …" (proc_pid_stat(5)) from the state on; comm may itself hold spaces and parentheses.</summary>
    private static string[]? Stat(int process)
    {
        var stat = Text($"/proc/{process}/stat");
        return stat?[(stat.LastIndexOf(')') + 1)..].Split(' ', StringSplitOptions.RemoveEmptyEntries);
    }

    private static string? LinkTarget(string path)
    {
        try
        {
            return new FileInfo(path).LinkTarget;
        }
        catch (Exception e) when (SmallFile.IsUnreadable(e))
        {
            return null;
        }
    }

    private static string? Text(string path)
    {
        try
        {
            return File.ReadAllText(path);
        }
        catch (Exception e) when (SmallFile.IsUnreadable(e))
        {
            return null;
        }
    }
}
