using Signalbox.Model;

namespace Signalbox.Certificates.Dns.Caa;

/// <summary>The value of an issue or issuewild property (RFC 8659 4.2): an issuer's domain name, or none, and parameters.</summary>
internal sealed record CaaValue(string Issuer, Items<KeyValuePair<string, string>> Parameters)
{
    /// <summary>
    /// <c>[issuer-domain-name] [";" [tag "=" value *(";" tag "=" value)]]</c>, with blanks between. Null for a value that does not fit.
    /// A final ";" behind the parameters is let pass: it is common, and says nothing.
    /// </summary>
    public static CaaValue? Parse(string text)
    {
        var parts = text.Split(';').Select(part => part.Trim(' ', '\t')).ToList();
        if (parts[0].Length > 0 && !parts[0].Split('.').All(IsLabel)) return null;
        if (parts.Count > 1 && parts[^1].Length == 0) parts.RemoveAt(parts.Count - 1);
        List<KeyValuePair<string, string>> parameters = [];
        foreach (var part in parts.Skip(1))
        {
            var sign = part.IndexOf('=', StringComparison.Ordinal);
            if (sign < 0) return null;
            var (tag, value) = (part[..sign].TrimEnd(' ', '\t'), part[(sign + 1)..].TrimStart(' ', '\t'));
            if (!IsLabel(tag) || value.AsSpan().ContainsAnyExceptInRange('!', '~')) return null;
            parameters.Add(KeyValuePair.Create(tag, value));
        }

        return new CaaValue(parts[0], parameters.ToItems());
    }

    public IReadOnlyList<string> All(string tag) => [.. Parameters.Where(pair => pair.Key.Equals(tag, StringComparison.OrdinalIgnoreCase)).Select(pair => pair.Value)];

    /// <summary>Letters and digits, and hyphens inside: what both a label of the issuer's name and a tag are made of.</summary>
    private static bool IsLabel(string text) => text.Length > 0 && text[0] != '-' && text[^1] != '-' && text.All(c => char.IsAsciiLetterOrDigit(c) || c == '-');
}
