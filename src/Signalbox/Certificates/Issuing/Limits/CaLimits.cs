namespace Signalbox.Certificates.Issuing.Limits;

/// <summary>What a CA allows one account. A limit that is null is not kept count of.</summary>
/// <param name="Orders">New orders of an account.</param>
/// <param name="RegisteredDomain">New certificates for the names under one registered domain.</param>
/// <param name="IdenticalSet">New certificates for exactly one set of names.</param>
/// <param name="FailedAuthorizations">Failed authorizations of one name.</param>
internal sealed record CaLimits(RateLimit? Orders, RateLimit? RegisteredDomain, RateLimit? IdenticalSet, RateLimit? FailedAuthorizations)
{
    /// <summary>
    /// Let's Encrypt's published figures (letsencrypt.org/docs/rate-limits): 300 orders in 3 hours, 50 certificates for a registered domain in 7 days, 5 for an identical
    /// set in 7 days, 5 failed authorizations for a name in an hour. Other public CAs allow more or do not say; being within these is within theirs.
    /// </summary>
    public static CaLimits Public { get; } = new(
        new RateLimit(300, TimeSpan.FromHours(3)),
        new RateLimit(50, TimeSpan.FromDays(7)),
        new RateLimit(5, TimeSpan.FromDays(7)),
        new RateLimit(5, TimeSpan.FromHours(1)));

    /// <summary>A CA of one's own is asked as often as is useful; back-off alone holds failures apart.</summary>
    public static CaLimits None { get; } = new(null, null, null, null);
}
