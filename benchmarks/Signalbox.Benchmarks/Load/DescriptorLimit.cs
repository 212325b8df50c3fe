using System.Globalization;

namespace Signalbox.Benchmarks.Load;

/// <summary>
/// How many descriptors a process may have. Programs started from here inherit the hard limit; a router holds two for each WebSocket it passes on.
/// </summary>
internal static class DescriptorLimit
{
    /// <summary>Listeners, libraries, epoll instances, databases: what a router holds beside its connections.</summary>
    private const int Others = 512;

    /// <summary>RLIMIT_NOFILE, hard: the runtime raises the soft limit to it by itself at its start, and so do nginx and HAProxy when they are told to.</summary>
    public static int Hard { get; } = Read();

    /// <summary>As many WebSockets through one process as were asked for, or as many as it can have.</summary>
    public static int WebSockets(int wanted) => Math.Min(wanted, (Hard - Others) / 2);

    /// <summary>What a reader of the figures should know and can do when fewer were opened than asked for; null when there is nothing to say.</summary>
    public static string? Advice(int wanted) => WebSockets(wanted) == wanted ? null : string.Create(
        CultureInfo.InvariantCulture,
        $"{WebSockets(wanted):n0} WebSockets in place of {wanted:n0}: a process may open {Hard:n0} files here, and a router needs two for each. “ulimit -Hn {2 * wanted + Others}” as root before ./bench, or “LimitNOFILE=” of the service it runs in, makes room.");

    private static int Read()
    {
        // "Max open files            20000                20000                files"
        var hard = File.ReadLines("/proc/self/limits").First(line => line.StartsWith("Max open files", StringComparison.Ordinal)).Split(' ', StringSplitOptions.RemoveEmptyEntries)[4];
        return int.TryParse(hard, CultureInfo.InvariantCulture, out var limit) ? limit : int.MaxValue;
    }
}
