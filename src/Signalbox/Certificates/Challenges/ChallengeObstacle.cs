using Signalbox.Certificates.Acme;
using Signalbox.Model;

namespace Signalbox.Certificates.Challenges;

/// <summary>Reasons why a name cannot be shown in some way, which several ways share.</summary>
internal static class ChallengeObstacle
{
    /// <summary>RFC 8555 7.1.3, 8.3, RFC 8737 3: what is asked at one host says nothing about all names under a domain.</summary>
    public static Problem? OfWildcard(Identifier identifier, string type) =>
        identifier.IsWildcard ? new(ProblemType.CertificateUnavailable, ProblemSide.Request, identifier.Value, $"A wildcard cannot be shown by {type}.", WildcardAdvice) : null;

    /// <summary>What to do about a wildcard that cannot be shown.</summary>
    public const string WildcardAdvice = "A wildcard needs dns-01: configure a DNS provider for its zone under certificates.dns.";
}
