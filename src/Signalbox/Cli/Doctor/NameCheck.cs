using System.Net;
using Signalbox.Certificates.Trust;
using Signalbox.Cli.Output;

namespace Signalbox.Cli.Doctor;

/// <summary>Whether ordinary programs find <c>*.localhost</c>. Browsers and curl do by themselves (RFC 6761 6.3); others ask the system.</summary>
internal static class NameCheck
{
    private const string Name = "signalbox-doctor.localhost";

    public static async Task<Finding> LookAsync(TrustPlaces places, CancellationToken cancellation)
    {
        // The runtime knows localhost by itself, so the system is asked by the C library's own tool.
        if (places.Program("getent") is not { } getent) return Finding.Ok("*.localhost", "not looked at: getent is not installed");
        var answer = await Certificates.Trust.Command.RunAsync(getent, ["ahosts", Name], cancellation);
        var addresses = answer.Output.Split('\n').Select(line => line.Split(' ')[0]).Where(text => text.Length > 0).Distinct().ToList();
        if (addresses.Count == 0)
        {
            return Finding.Warn("*.localhost", "the system does not resolve names below localhost; browsers and curl do by themselves, other programs will not find them",
                "Install libnss-myhostname (Debian, Ubuntu) or use systemd-resolved.");
        }

        var elsewhere = addresses.Where(text => !IPAddress.TryParse(text, out var address) || !IPAddress.IsLoopback(address)).ToList();
        return elsewhere.Count == 0
            ? Finding.Ok("*.localhost", $"resolves to {string.Join(" and ", addresses)}")
            : Finding.Fail("*.localhost", $"resolves to {string.Join(" and ", elsewhere)}, which is not this machine", "Look at /etc/hosts and at the name server: names below localhost must stay here (RFC 6761 6.3).");
    }
}
