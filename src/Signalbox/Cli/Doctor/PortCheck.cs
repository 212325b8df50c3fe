using System.Net;
using System.Net.NetworkInformation;
using Signalbox.Cli.Output;
using Signalbox.Proxy.Transport;

namespace Signalbox.Cli.Doctor;

/// <summary>Ports 80 and 443: ours, free, or whose; and whether this user may have them.</summary>
internal static class PortCheck
{
    /// <param name="scene">What there is.</param>
    /// <param name="ports">The ports that URLs need not name: 80 and 443.</param>
    public static IEnumerable<Finding> Look(DoctorScene scene, params int[] ports)
    {
        var listeners = IPGlobalProperties.GetIPGlobalProperties().GetActiveTcpListeners();
        foreach (var port in ports)
        {
            var name = $"port {port}";
            if (scene.Serves(port)) yield return Finding.Ok(name, "served by this daemon");
            else if (listeners.FirstOrDefault(listener => listener.Port == port && StandsInTheWay(listener.Address)) is { } taken)
                yield return Finding.Warn(name, $"held by {PortHolder.Describe(taken)}", "Stop that program to have URLs without a port, or use others: `signalbox up --http 8080 --https 8443`.");
            else yield return Finding.Ok(name, "free");
        }

        // Without these a URL carries :8443; everything else is the same.
        yield return Host.PortChoice.Make(null, null).Notice is { } notice
            ? Finding.Warn("low ports", "this user may not listen on ports 80 and 443", notice)
            : Finding.Ok("low ports", "this user may listen on ports 80 and 443");
    }

    private static bool StandsInTheWay(IPAddress address) => IPAddress.IsLoopback(address) || address.Equals(IPAddress.Any) || address.Equals(IPAddress.IPv6Any);
}
