using System.Buffers.Binary;
using System.Globalization;
using System.Net;

namespace Signalbox.Sources.DevServers;

/// <summary>
/// All listening TCP sockets of this network namespace, from /proc/net/tcp and tcp6 (Linux, Documentation/networking/proc_net_tcp.rst):
/// <c>sl local_address rem_address st … inode</c>, addresses as 32-bit words in the machine's own byte order.
/// </summary>
internal static class ListenTable
{
    /// <summary>TCP_LISTEN in include/net/tcp_states.h.</summary>
    private const string Listen = "0A";

    /// <summary>True where the kernel tells; elsewhere nothing is known of other processes' sockets.</summary>
    public static bool Available { get; } = File.Exists("/proc/net/tcp");

    public static IReadOnlyList<ListeningSocket> Read() => [.. Read("/proc/net/tcp"), .. Read("/proc/net/tcp6")];

    private static IEnumerable<ListeningSocket> Read(string path)
    {
        IEnumerable<string> lines;
        try
        {
            lines = File.ReadAllLines(path);
        }
        catch (Exception e) when (SmallFile.IsUnreadable(e))
        {
            // A kernel without IPv6 has no tcp6.
            return [];
        }

        return Parse(lines);
    }

    /// <summary>The listening sockets among the lines of one table.</summary>
    public static IReadOnlyList<ListeningSocket> Parse(IEnumerable<string> lines)
    {
        var sockets = new List<ListeningSocket>();
        foreach (var line in lines.Skip(1))
        {
            var fields = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            if (fields.Length < 10 || fields[3] != Listen) continue;
            var local = fields[1];
            var colon = local.IndexOf(':', StringComparison.Ordinal);
            if (colon is not (8 or 32)) continue;
            var bytes = new byte[colon / 2];
            for (var word = 0; word < colon; word += 8)
            {
                var value = uint.Parse(local.AsSpan(word, 8), NumberStyles.AllowHexSpecifier);
                // The words are printed as numbers; their bytes in memory are the address in network order.
                if (BitConverter.IsLittleEndian) BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(word / 2), value);
                else BinaryPrimitives.WriteUInt32BigEndian(bytes.AsSpan(word / 2), value);
            }

            var address = new IPAddress(bytes);
            if (address.IsIPv4MappedToIPv6) address = address.MapToIPv4();
            sockets.Add(new ListeningSocket(address, int.Parse(local.AsSpan(colon + 1), NumberStyles.AllowHexSpecifier), long.Parse(fields[9])));
        }

        return sockets;
    }
}
