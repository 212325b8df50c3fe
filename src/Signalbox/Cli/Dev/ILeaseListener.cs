using Signalbox.Model;
using Signalbox.Model.Wire;

namespace Signalbox.Cli.Dev;

/// <summary>Told what becomes of a lease that is held. Called in order, by one task at a time.</summary>
internal interface ILeaseListener
{
    /// <summary>What the daemon says.</summary>
    void Told(LeaseEvent happened);

    /// <summary>The daemon is gone, on purpose or not; the lease is asked for anew.</summary>
    void Lost(bool onPurpose);

    /// <summary>A try to get the lease back did not succeed; another follows.</summary>
    void NotBack(Problem problem);

    /// <summary>The daemon would not take the command's address.</summary>
    void Refused(Problem problem);
}
