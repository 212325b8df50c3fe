using Signalbox.Certificates.Issuing.Records;
using Signalbox.Model;

namespace Signalbox.Certificates.Issuing;

/// <summary>
/// The wildcard a name is left to: one certificate for all names under it, in place of one each. No name is left without a certificate for that: it is ordered by
/// itself as soon as the wildcard has failed, is held up, is claimed by nobody, or is about to end.
/// </summary>
/// <param name="Wildcard">As its route has it.</param>
/// <param name="Certificate">The one that stands for the name; null while it is being had.</param>
internal sealed record WildcardCover(string Wildcard, CertificateRecord? Certificate)
{
    /// <summary>Whatever becomes of a wildcard that is being had ends the wait; this is for what nobody has thought of.</summary>
    private static readonly TimeSpan LongestWait = TimeSpan.FromHours(1);

    /// <summary>The part of its lifetime in which a wildcard that was not renewed is not relied upon: by then its renewal has been due, and failing, for a third of it.</summary>
    private const int LastPart = 20;

    /// <summary>Null when the name is to have a certificate of its own.</summary>
    /// <param name="wildcard">The one wildcard that stands for the name, as it is known; null when it is not.</param>
    /// <param name="now">The present time.</param>
    public static Hold? Find(NameState? wildcard, DateTimeOffset now)
    {
        if (wildcard is not { Wanted: true, Off: false }) return null;
        if (wildcard.Certificate is { } certificate && certificate.IsUsable(now))
        {
            var until = certificate.NotAfter - ((certificate.NotAfter - certificate.NotBefore) / LastPart);
            return now < until ? Held(wildcard.Name, certificate, until) : null;
        }

        return wildcard is { Held: null, Known.Failures: 0 } ? Held(wildcard.Name, null, now + LongestWait) : null;
    }

    private static Hold Held(string wildcard, CertificateRecord? certificate, DateTimeOffset until) =>
        new(new Problem(ProblemType.CertificateUnavailable, ProblemSide.Request, wildcard, $"The certificate of {wildcard} is for this name too."), until) { Cover = new WildcardCover(wildcard, certificate) };
}
