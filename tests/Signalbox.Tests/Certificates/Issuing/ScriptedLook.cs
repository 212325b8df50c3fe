using Signalbox.Certificates.Acme;
using Signalbox.Certificates.Issuing.Orders;
using Signalbox.Certificates.Issuing.Preflights;

namespace Signalbox.Tests.Certificates.Issuing;

/// <summary>Finds what a test says of every name.</summary>
internal sealed class ScriptedLook(PreflightLook look) : IPreflight
{
    public ValueTask<PreflightLook?> LookAsync(Identifier name, Ca ca, CancellationToken stop) => new(look);
}
