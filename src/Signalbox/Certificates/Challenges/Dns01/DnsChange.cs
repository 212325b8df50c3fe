using Signalbox.Model;

namespace Signalbox.Certificates.Challenges.Dns01;

/// <summary>What became of adding or removing one value.</summary>
/// <param name="Ticket">What is known of the record now; null when there was nothing to begin with.</param>
/// <param name="Problem">Null when it was done.</param>
/// <param name="RetryAfter">How long the provider asks to be left alone; null when it did not say.</param>
internal sealed record DnsChange(DnsRecordTicket? Ticket, Problem? Problem = null, TimeSpan? RetryAfter = null)
{
    public bool Succeeded => Problem is null;

    /// <summary>
    /// After a failure: false when the provider is known to have changed nothing. Where nobody can tell, as after a broken connection, it is true, and
    /// the value is taken out all the same.
    /// </summary>
    public bool MayHaveChanged { get; init; } = true;

    /// <summary>The provider turned it down; the zone is as it was.</summary>
    public static DnsChange Refused(DnsRecordTicket? ticket, Problem problem, TimeSpan? retryAfter = null) => new(ticket, problem, retryAfter) { MayHaveChanged = false };
}
