namespace Signalbox.Certificates.Acme;

/// <summary>When a CA suggests to renew a certificate (RFC 9773 4.2).</summary>
/// <param name="Start">Begin of the window; in the past when the renewal is overdue or the certificate is about to be revoked.</param>
/// <param name="End">Its end, always after the start.</param>
internal sealed record RenewalInfo(DateTimeOffset Start, DateTimeOffset End)
{
    /// <summary>A page for people that says why, where there is something to say.</summary>
    public Uri? Explanation { get; init; }

    /// <summary>When to ask again (Retry-After); null when the CA did not say.</summary>
    public DateTimeOffset? RetryAt { get; init; }
}
