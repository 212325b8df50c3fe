using System.Globalization;
using Signalbox.Model;

namespace Signalbox.Host;

/// <summary>Which ports the router asks for where nobody told: 80 and 443, or 8080 and 8443 where this user may not have those, said plainly.</summary>
internal sealed record PortChoice(int Http, int Https, string? Notice)
{
    /// <summary>CAP_NET_BIND_SERVICE, capabilities(7).</summary>
    private const int BindCapability = 10;

    public static PortChoice Make(int? http, int? https)
    {
        if (http is not null && https is not null) return new PortChoice(http.Value, https.Value, null);
        if (MayBindLow()) return new PortChoice(http ?? 80, https ?? 443, null);
        return new PortChoice(
            http ?? 8080,
            https ?? 8443,
            "Ports 80 and 443 need a right this user does not have, so 8080 and 8443 are used and stand in every URL. To get 80 and 443: sudo sysctl -w net.ipv4.ip_unprivileged_port_start=80 (to keep it, put that line into /etc/sysctl.d/50-signalbox.conf), then `signalbox down` and `signalbox up --detach`.");
    }

    /// <summary>The home may be told to hold the address in <c>80</c> and <c>443</c>; only Linux guards ports below 1024 by a setting and a capability.</summary>
    private static bool MayBindLow()
    {
        if (!OperatingSystem.IsLinux()) return Environment.IsPrivilegedProcess || OperatingSystem.IsMacOS() || OperatingSystem.IsWindows();
        return FirstUnprivileged() <= 80 || HasCapability();
    }

    private static int FirstUnprivileged()
    {
        try
        {
            return int.Parse(File.ReadAllText("/proc/sys/net/ipv4/ip_unprivileged_port_start"), CultureInfo.InvariantCulture);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or FormatException)
        {
            return 1024;
        }
    }

    private static bool HasCapability()
    {
        try
        {
            var line = File.ReadLines("/proc/self/status").FirstOrDefault(text => text.StartsWith("CapEff:", StringComparison.Ordinal));
            return line is not null && (ulong.Parse(line["CapEff:".Length..].Trim(), NumberStyles.HexNumber, CultureInfo.InvariantCulture) & (1UL << BindCapability)) != 0;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or FormatException)
        {
            return Environment.IsPrivilegedProcess;
        }
    }
}
