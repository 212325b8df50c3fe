using Signalbox.Certificates.Trust;
using Signalbox.Model;
using Signalbox.Model.Wire;

namespace Signalbox.Cli.Doctor;

/// <summary>What the checks look at. The daemon is asked once, before them all.</summary>
/// <param name="Home">The home.</param>
/// <param name="Daemon">What the daemon answers.</param>
/// <param name="Places">Where this machine keeps programs and authorities.</param>
/// <param name="Time">The clock.</param>
internal sealed record DoctorScene(HomeLayout Home, Outcome<StatusReport> Daemon, TrustPlaces Places, TimeProvider Time)
{
    /// <summary>True when the running daemon itself listens on the port.</summary>
    public bool Serves(int port) => Daemon.Succeeded && Daemon.Value.Listeners.Any(listener => listener.Port == port);
}
