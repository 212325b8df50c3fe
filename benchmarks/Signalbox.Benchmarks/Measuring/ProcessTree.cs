using System.Globalization;

namespace Signalbox.Benchmarks.Measuring;

/// <summary>Processes and their children, from <c>/proc</c>.</summary>
internal static class ProcessTree
{
    /// <summary>The process and all that descend from it, as they are now.</summary>
    public static IReadOnlyList<int> Of(int root)
    {
        var children = Parents().ToLookup(pair => pair.Parent, pair => pair.Process);
        var found = new List<int> { root };
        for (var i = 0; i < found.Count; i++) found.AddRange(children[found[i]]);
        return found;
    }

    /// <summary>The parent's id out of <c>/proc/PID/stat</c>: the second field after the name, which stands in brackets and may itself hold any character.</summary>
    public static int ParentIn(string stat) => int.Parse(stat.AsSpan(stat.LastIndexOf(')') + 2).ToString().Split(' ')[1], CultureInfo.InvariantCulture);

    private static IEnumerable<(int Process, int Parent)> Parents()
    {
        foreach (var folder in Directory.EnumerateDirectories("/proc"))
        {
            if (!int.TryParse(Path.GetFileName(folder), out var process)) continue;
            string stat;
            try
            {
                stat = File.ReadAllText($"{folder}/stat");
            }
            catch (IOException)
            {
                // It ended in the meantime.
                continue;
            }

            yield return (process, ParentIn(stat));
        }
    }
}
