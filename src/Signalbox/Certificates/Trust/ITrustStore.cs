namespace Signalbox.Certificates.Trust;

/// <summary>One place that holds authorities. Both methods are idempotent, and report every expected failure as a step.</summary>
internal interface ITrustStore
{
    /// <summary>The place, for people.</summary>
    string Name { get; }

    /// <summary>What the record will say of this root here.</summary>
    TrustEntry EntryFor(TrustedRoot root);

    /// <param name="root">What to trust.</param>
    /// <param name="interrupted">True when an earlier change here did not come to its end: what looks done may be half done.</param>
    /// <param name="cancellation">Stops the programs called.</param>
    Task<TrustStep> InstallAsync(TrustedRoot root, bool interrupted, CancellationToken cancellation);

    /// <summary>Removes exactly what the entry tells; what is gone already is no failure.</summary>
    Task<TrustStep> RemoveAsync(TrustEntry entry, bool interrupted, CancellationToken cancellation);
}
