namespace Signalbox.Certificates.Challenges.Dns01;

/// <summary>
/// Puts TXT values into the zones it is configured for, and takes them out. It must leave every other value of the same name alone: a wildcard and its
/// apex are validated at the same name at the same time. Both must be good to repeat: adding what is there and removing what is not there succeed.
/// What may be expected to go wrong is in the answer; only cancellation is thrown.
/// </summary>
internal interface IDnsProvider
{
    /// <summary>As the configuration calls it; tickets refer to it by this.</summary>
    string Name { get; }

    /// <summary>Adds the ticket's value. The answer's ticket knows whatever makes the removal surer, such as the record's id.</summary>
    Task<DnsChange> AddAsync(DnsRecordTicket ticket, CancellationToken cancellation);

    /// <summary>Removes the ticket's value, which may never have been added. Must do with a ticket from before the adding.</summary>
    Task<DnsChange> RemoveAsync(DnsRecordTicket ticket, CancellationToken cancellation);
}
