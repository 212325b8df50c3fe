using Signalbox.Certificates.Acme;
using Signalbox.Certificates.Issuing.Orders;
using Signalbox.Certificates.Issuing.Records;
using Signalbox.Model;

namespace Signalbox.Certificates.Issuing.Preflights;

/// <summary>
/// Looks at a name before its first order: whether it leads here, and whether the CA may sign for it. What clearly fails holds the order back; what could not be asked never does.
/// </summary>
internal interface IPreflight
{
    /// <summary>Null when there is nothing to be looked at.</summary>
    ValueTask<PreflightLook?> LookAsync(Identifier name, Ca ca, CancellationToken stop);
}

/// <summary>What a look at a name found.</summary>
/// <param name="Evidence">Everything that was asked, and what came back.</param>
/// <param name="Problem">What holds the order back; null when nothing does.</param>
internal sealed record PreflightLook(Items<Evidence> Evidence, Problem? Problem)
{
    /// <summary>The challenges that cannot work: where the name leads matters only to a CA that comes in there, what answers on port 80 only to http-01, and on port 443 only to tls-alpn-01.</summary>
    public Items<string> Against { get; init; }
}

/// <summary>For issuers whose view of names is their own.</summary>
internal sealed class NoPreflight : IPreflight
{
    public ValueTask<PreflightLook?> LookAsync(Identifier name, Ca ca, CancellationToken stop) => default;
}
