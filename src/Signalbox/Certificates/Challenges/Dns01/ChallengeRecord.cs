using Signalbox.Certificates.Acme.Keys;
using Signalbox.Certificates.Dns.Messages;
using Signalbox.Model;

namespace Signalbox.Certificates.Challenges.Dns01;

/// <summary>The record a DNS-01 challenge asks for (RFC 8555 8.4).</summary>
internal static class ChallengeRecord
{
    /// <summary>"prepending the label "_acme-challenge" to the domain name being validated": the same for a wildcard and for the name it is below.</summary>
    public static Outcome<DnsName> NameFor(string host)
    {
        var name = DnsName.Parse(host.StartsWith("*.", StringComparison.Ordinal) ? host[2..] : host);
        if (!name.Succeeded) return name;
        return name.Value.Under(KeyAuthorization.DnsLabel) is { } record
            ? record
            : new Problem(ProblemType.InvalidHost, ProblemSide.Request, host, $"With {KeyAuthorization.DnsLabel} before it the name is longer than DNS allows.", "Use a shorter name, or another challenge.");
    }

    /// <summary>The digest of the key authorization: always 43 characters.</summary>
    public static string ValueFor(string keyAuthorization) => KeyAuthorization.DnsText(keyAuthorization);
}
