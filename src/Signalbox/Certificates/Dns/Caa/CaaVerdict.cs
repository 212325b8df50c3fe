using Signalbox.Certificates.Dns.Messages;
using Signalbox.Model;

namespace Signalbox.Certificates.Dns.Caa;

internal enum CaaOutcome
{
    Allows,
    Forbids,

    /// <summary>No server could be asked; that holds nothing back.</summary>
    CouldNotAsk,
}

/// <summary>What CAA says of a wish, and how that was found out.</summary>
/// <param name="At">The name whose records decided, or could not be had; null when no name up to the root has any.</param>
/// <param name="Said">The record that forbids, or a sentence.</param>
internal sealed record CaaVerdict(CaaOutcome Outcome, DnsName? At, string Said, Items<DnsEvidence> Evidence)
{
    /// <summary>What name servers said of CAA records, on all steps towards the root.</summary>
    public Items<DnsReply> Replies { get; init; }

    /// <summary>The record that forbids, where one does.</summary>
    public CaaData? Objection { get; init; }
}
