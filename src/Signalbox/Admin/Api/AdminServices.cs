using Signalbox.Control;
using Signalbox.Control.Explaining;
using Signalbox.Control.Leases;
using Signalbox.Control.Proving;
using Signalbox.Control.Writing;
using Signalbox.Model;
using Signalbox.Model.Wire;
using Signalbox.Store;

namespace Signalbox.Admin.Api;

/// <summary>What the API speaks to, grouped by what it does.</summary>
/// <param name="Changing">Takes wishes.</param>
/// <param name="Telling">Says what is.</param>
/// <param name="Home">Where this daemon lives.</param>
/// <param name="Stop">Ends the daemon.</param>
internal sealed record AdminServices(ChangingServices Changing, TellingServices Telling, HomeLayout Home, Action Stop);

internal sealed record ChangingServices(EdgeWriter Writer, LeaseBook Leases, Prover Prover, PortBook Ports);

internal sealed record TellingServices(RouteReports Routes, WhyExplainer Why, StatusTeller Status, IClaimStore Store, Boards Boards)
{
    public required Func<IReadOnlyList<CertificateReport>> Certificates { get; init; }

    public required PlaneCheckup Checkup { get; init; }

    public required EventHub Events { get; init; }
}
