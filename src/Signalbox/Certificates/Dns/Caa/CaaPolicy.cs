using Signalbox.Certificates.Dns.Messages;
using Signalbox.Model;

namespace Signalbox.Certificates.Dns.Caa;

/// <summary>Who wants to issue, and how: what CAA records are held against.</summary>
/// <param name="Identities">The names the authority goes by in CAA records (RFC 8555 7.1.1 <c>caaIdentities</c>).</param>
/// <param name="IsWildcard">The certificate is for <c>*.</c> and the name.</param>
/// <param name="AccountUri">The account's URL; null when there is none yet, and then a record that names one is not held against us.</param>
/// <param name="Methods">How control may be shown, such as dns-01 (RFC 8657 4); empty when that is open, with the same effect.</param>
internal sealed record CaaWish(Items<string> Identities, bool IsWildcard, string? AccountUri, Items<string> Methods);

/// <summary>Holds a set of CAA records against a wish (RFC 8659 4, RFC 8657). Pure.</summary>
internal static class CaaPolicy
{
    private const string Issue = "issue";
    private const string IssueWild = "issuewild";

    /// <summary>Tags with a meaning that is no obstacle: RFC 8659 4.4, RFC 9495, and the CA/Browser Forum's for contacts.</summary>
    private static readonly HashSet<string> Known = new(StringComparer.OrdinalIgnoreCase) { Issue, IssueWild, "iodef", "issuemail", "issuevmc", "contactemail", "contactphone" };

    /// <summary>The record that stands against it; null when the set allows it.</summary>
    public static CaaData? Objection(IReadOnlyList<CaaData> set, CaaWish wish)
    {
        // RFC 8659 4.1: an authority must not issue where a record it does not understand is marked critical.
        if (set.FirstOrDefault(IsForbidding) is { } unknown) return unknown;

        // RFC 8659 4.3: for a wildcard, issuewild takes the place of issue wherever there is one; otherwise it means nothing.
        var wild = wish.IsWildcard ? Of(set, IssueWild) : [];
        var relevant = wild.Count > 0 ? wild : Of(set, Issue);
        return relevant.Count == 0 || relevant.Any(record => Permits(record, wish)) ? null : relevant[0];
    }

    /// <summary>What is to be done about a record that stands against it: by another one of its own tag, as <c>issue</c> does not count for a wildcard where there is an <c>issuewild</c>.</summary>
    /// <param name="at">Whose record it is.</param>
    /// <param name="objection">From <see cref="Objection"/>.</param>
    /// <param name="identity">A name the authority goes by.</param>
    public static string Advice(DnsName at, CaaData objection, string identity) => IsForbidding(objection)
        ? $"Remove the record {at} CAA {objection}, or its critical flag: a CA may not sign where a critical record has a tag it does not know, whatever the others say."
        : $"Add a record: {at} CAA 0 {objection.Tag.ToLowerInvariant()} \"{identity}\".";

    private static bool IsForbidding(CaaData record) => record.IsCritical && !Known.Contains(record.Tag);

    private static List<CaaData> Of(IEnumerable<CaaData> set, string tag) => [.. set.Where(record => record.Tag.Equals(tag, StringComparison.OrdinalIgnoreCase))];

    private static bool Permits(CaaData record, CaaWish wish)
    {
        // RFC 8659 4.2: what does not fit the grammar "MUST be treated the same as one specifying an empty issuer-domain-name".
        if (CaaValue.Parse(record.Value) is not { Issuer.Length: > 0 } value) return false;
        if (!wish.Identities.Any(identity => value.Issuer.Equals(identity.TrimEnd('.'), StringComparison.OrdinalIgnoreCase))) return false;

        // RFC 8657 3, 4: a parameter that stands there more than once can be met by nobody.
        var accounts = value.All("accounturi");
        if (accounts.Count > 1 || (accounts.Count == 1 && wish.AccountUri is { } account && accounts[0] != account)) return false;
        var methods = value.All("validationmethods");
        return methods.Count switch
        {
            0 => true,
            1 => wish.Methods.IsEmpty || methods[0].Split(',').Any(method => wish.Methods.Contains(method)),
            _ => false,
        };
    }
}
