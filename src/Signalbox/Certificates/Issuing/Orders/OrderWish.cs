using Signalbox.Certificates.Acme;
using Signalbox.Certificates.Issuing.Limits;
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

    /// <summary>When the CA suggests that it be replaced; null where that is not known.</summary>
    public RenewalWindow? Window { get; init; }

    public Items<string> Names => [Name.Value];

    /// <summary>
    /// What the order is for, as the CA's limits see it. Let's Encrypt lets a renewal pass them "within the suggested window" alone; one that comes before, after, or without a window
    /// known is told as a renewal all the same, and counts like any other order.
    /// </summary>
    public OrderKind KindAt(DateTimeOffset now) => Replaces is not null && Window is { } window && window.Has(now) ? OrderKind.InformedRenewal : OrderKind.New;
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
