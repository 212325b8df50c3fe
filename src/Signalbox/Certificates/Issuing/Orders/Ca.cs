using Signalbox.Certificates.Acme;
using Signalbox.Certificates.Issuing.Limits;

namespace Signalbox.Certificates.Issuing.Orders;

/// <summary>One CA as one issuer of the config deals with it: the wire to it, and what is kept of it.</summary>
/// <param name="Settings">The issuer, as it is for the name in hand.</param>
/// <param name="Directory">The issuer's directory, or that of its staging.</param>
/// <param name="State">Shared by all issuers with this directory.</param>
/// <param name="Client">The wire.</param>
internal sealed record Ca(IssuerSettings Settings, Uri Directory, CaState State, AcmeClient Client)
{
    public bool IsStaging => Directory != Settings.Directory;

    public LedgerAnswer MayOrder(IReadOnlyCollection<string> names, OrderKind kind) => State.MayOrder(names, kind, Settings.Limits);

    /// <inheritdoc cref="CaState.AccountAsync"/>
    public ValueTask<OrderResult<AcmeIdentity>> AccountAsync(CancellationToken stop) => State.AccountAsync(Settings, Client, stop);
}
