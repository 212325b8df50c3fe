using Signalbox.Certificates.Acme;
using Signalbox.Certificates.Issuing.Records;
using Signalbox.Model;

namespace Signalbox.Certificates.Issuing.Orders;

/// <summary>What is to be ordered.</summary>
/// <param name="Name">The host or wildcard; also the certificate's name.</param>
/// <param name="Known">What past tries have taught.</param>
internal sealed record OrderWish(Identifier Name, NameRecord Known)
{
    /// <summary>The identifier of the certificate it replaces (RFC 9773 5); null for a first one, or where the CA has no renewal information.</summary>
    public string? Replaces { get; init; }

    public Items<string> Names => [Name.Value];
}

/// <summary>Where an order is at present, for people.</summary>
internal enum OrderPhase
{
    Ordering,

    /// <summary>Others are waited for before the CA can be asked, mostly the servers of the name's zone.</summary>
    Waiting,
    Validating,
    Finalizing,
}
