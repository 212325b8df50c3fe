namespace Signalbox.Certificates.Issuing.Limits;

/// <summary>
/// One limit of a CA as a token bucket: so many at once, and one more each <see cref="Interval"/>, as Let's Encrypt describes its limits
/// (letsencrypt.org/docs/rate-limits).
/// </summary>
/// <param name="Count">At least 1.</param>
/// <param name="Window">The time in which an empty bucket is full again.</param>
internal readonly record struct RateLimit(int Count, TimeSpan Window)
{
    /// <summary>
    /// How much slower than the CA's our bucket fills: clocks and ways differ, and a moment late costs nothing where a moment early costs a refusal.
    /// </summary>
    private const double Slack = 1.02;

    /// <summary>The time in which one token comes back.</summary>
    public TimeSpan Interval => Window * (Slack / Count);
}
