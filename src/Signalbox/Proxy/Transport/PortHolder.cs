using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Signalbox.Proxy.Transport;

/// <summary>Finds out which process listens on a port, from Linux <c>/proc</c>. Only used after binding has failed.</summary>
internal static class PortHolder
{
    private const string Unknown = "another process";
    private const string Listening = "0A";

    /// <summary>
    /// <c>nginx (pid 123)</c>, or words that say why it is not known. A listener on every address holds each single one too.
    /// </summary>
    public static string Describe(IPEndPoint endPoint)
    {
        if (!OperatingSystem.IsLinux()) return Unknown;
        var inodes = ReadLines("/proc/net/tcp").Concat(ReadLines("/proc/net/tcp6")).Select(line => Inode(line, endPoint)).OfType<string>().ToHashSet();
        if (inodes.Count == 0) return Unknown + " (it has gone by now, or runs in another network namespace)";
        var owner = Owner(inodes);
        if (owner is not null) return owner;
        return Environment.IsPrivilegedProcess ? Unknown : Unknown + " (run as root to see which)";
    }

    /// <summary>The inode of a <c>/proc/net/tcp</c> line when it is a listener that stands in the way of the end point; else null.</summary>
    internal static string? Inode(string line, IPEndPoint endPoint)
    {
        // sl local_address rem_address st tx_queue:rx_queue tr:tm->when retrnsmt uid timeout inode …
        var fields = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        if (fields.Length < 10 || fields[3] != Listening) return null;
        var parts = fields[1].Split(':');
        if (parts.Length != 2 || !ushort.TryParse(parts[1], NumberStyles.HexNumber, CultureInfo.InvariantCulture, out var port) || port != endPoint.Port) return null;
        return Address(parts[0]) is { } address && Overlap(address, endPoint.Address) ? fields[9] : null;
    }

    /// <summary>Addresses are printed as 32-bit words in the machine's byte order.</summary>
    private static IPAddress? Address(string hex)
    {
        if (hex.Length is not (8 or 32)) return null;
        var octets = Convert.FromHexString(hex);
        if (BitConverter.IsLittleEndian)
        {
            for (var word = 0; word < octets.Length; word += 4) Array.Reverse(octets, word, 4);
        }

        return new IPAddress(octets);
    }

    private static bool Overlap(IPAddress held, IPAddress wanted)
    {
        if (held.IsIPv4MappedToIPv6) held = held.MapToIPv4();
        if (wanted.IsIPv4MappedToIPv6) wanted = wanted.MapToIPv4();
        if (held.Equals(IPAddress.IPv6Any) || wanted.Equals(IPAddress.IPv6Any)) return true;
        if (held.AddressFamily != wanted.AddressFamily) return false;
        return held.Equals(IPAddress.Any) || wanted.Equals(IPAddress.Any) || new IPAddress(held.GetAddressBytes()).Equals(new IPAddress(wanted.GetAddressBytes()));
    }

    private static string? Owner(HashSet<string> inodes)
    {
        foreach (var process in Directory.EnumerateDirectories("/proc"))
        {
            if (!int.TryParse(Path.GetFileName(process), CultureInfo.InvariantCulture, out var pid) || !Holds(process, inodes)) continue;
            var name = ReadLines(Path.Combine(process, "comm")).FirstOrDefault() ?? "a process";
            return $"{name} (pid {pid})";
        }

        return null;
    }

    private static bool Holds(string process, HashSet<string> inodes)
    {
        try
        {
            foreach (var file in Directory.EnumerateFiles(Path.Combine(process, "fd")))
            {
                // socket:[12345]
                if (new FileInfo(file).LinkTarget is { } target && target.StartsWith("socket:[", StringComparison.Ordinal) && inodes.Contains(target[8..^1])) return true;
            }
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // The process has ended, or is another user's.
        }

        return false;
    }

    private static string[] ReadLines(string path)
    {
        try
        {
            return File.ReadAllLines(path);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }
}
