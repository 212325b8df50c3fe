using System.Net;
using System.Net.NetworkInformation;
using Signalbox.Model;

namespace Signalbox.Certificates.Dns;

/// <summary>Which resolvers are asked: those of the configuration, or else the system's.</summary>
internal static class SystemResolvers
{
    private const string Path = "/etc/resolv.conf";

    /// <summary>resolv.conf(5): at most three are used, and the machine itself without any.</summary>
    private const int Most = 3;

    /// <summary>Reads addresses such as <c>9.9.9.9</c>, <c>127.0.0.1:8053</c> or <c>[2620:fe::fe]:53</c>.</summary>
    public static Outcome<Items<DnsServer>> Parse(IEnumerable<string> addresses)
    {
        List<DnsServer> servers = [];
        List<Problem> problems = [];
        foreach (var text in addresses)
        {
            if (ParseOne(text) is { } server) servers.Add(server);
            else problems.Add(new Problem(ProblemType.InvalidConfig, ProblemSide.Request, text, "This is no resolver's address.", "Give an IP address, with a port if it is not 53."));
        }

        return problems.Count > 0 ? Outcome<Items<DnsServer>>.Failed(problems.ToItems()) : servers.ToItems();
    }

    /// <summary>The system's own, read anew each time: networks change while a daemon runs.</summary>
    public static async Task<Items<DnsServer>> ReadAsync(CancellationToken cancellation)
    {
        if (OperatingSystem.IsWindows()) return OrThisMachine(FromInterfaces());
        try
        {
            return FromResolvConf(await File.ReadAllTextAsync(Path, cancellation));
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return FromResolvConf("");
        }
    }

    public static Items<DnsServer> FromResolvConf(string text)
    {
        var servers = text.Split('\n').Select(line => line.Split((char[])[' ', '\t', '\r'], StringSplitOptions.RemoveEmptyEntries))
            .Where(words => words is ["nameserver", _, ..]).Select(words => ParseOne(words[1])).OfType<DnsServer>().Take(Most).ToItems();
        return OrThisMachine(servers);
    }

    private static Items<DnsServer> OrThisMachine(Items<DnsServer> servers) =>
        servers.IsEmpty ? [new DnsServer(new IPEndPoint(IPAddress.Loopback, DnsServer.StandardPort))] : servers;

    private static DnsServer? ParseOne(string text)
    {
        // An address alone first: IPEndPoint would read the end of a bare IPv6 address as a port. IPAddress itself reads "[::1]:53" and drops the port.
        if (!text.Contains("]:", StringComparison.Ordinal) && IPAddress.TryParse(text, out var address)) return new DnsServer(new IPEndPoint(address, DnsServer.StandardPort));
        return IPEndPoint.TryParse(text, out var endPoint) && endPoint.Port != 0 ? new DnsServer(endPoint) : null;
    }

    private static Items<DnsServer> FromInterfaces() =>
        NetworkInterface.GetAllNetworkInterfaces().Where(link => link.OperationalStatus == OperationalStatus.Up)
            .SelectMany(link => link.GetIPProperties().DnsAddresses).Distinct().Take(Most)
            .Select(address => new DnsServer(new IPEndPoint(address, DnsServer.StandardPort))).ToItems();
}
