using Signalbox.Model;

namespace Signalbox.Certificates.Challenges.Dns01;

/// <summary>Where tickets outlive the process. One ticket a <see cref="DnsRecordTicket.Key"/>.</summary>
internal interface IDnsTickets
{
    /// <summary>What is still to be removed.</summary>
    Items<DnsRecordTicket> All { get; }

    /// <summary>Durable when it returns without a problem: the value is added only then. In place of an earlier ticket of the same key.</summary>
    ValueTask<Problem?> KeepAsync(DnsRecordTicket ticket, CancellationToken cancellation);

    /// <summary>A ticket that cannot be forgotten now does no harm: removing what is not there succeeds, and the next start tries again.</summary>
    ValueTask<Problem?> ForgetAsync(DnsRecordTicket ticket, CancellationToken cancellation);
}
