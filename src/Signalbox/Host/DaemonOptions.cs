using Signalbox.Model;

namespace Signalbox.Host;

/// <summary>What the command line tells the daemon. What is null is decided by the config file, then by the surroundings.</summary>
/// <param name="Home">Where it lives.</param>
/// <param name="HttpPort">0 to 65535; 0 lets the system choose.</param>
/// <param name="HttpsPort">0 to 65535; 0 lets the system choose.</param>
/// <param name="Bind"><c>loopback</c>, <c>any</c> or an address.</param>
/// <param name="ConfigFile">Null: <c>signalbox.yaml</c> in the home.</param>
internal sealed record DaemonOptions(HomeLayout Home, int? HttpPort, int? HttpsPort, string? Bind, string? ConfigFile);
