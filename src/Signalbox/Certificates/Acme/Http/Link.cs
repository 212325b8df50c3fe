using Signalbox.Model;

namespace Signalbox.Certificates.Acme.Http;

/// <summary>One link of a Link header (RFC 8288 3).</summary>
internal sealed record Link(Uri Target, string Relation)
{
    /// <summary>Every link of these header values; what is malformed is left out, as RFC 8288 appendix B.2 does.</summary>
    public static Items<Link> Parse(IEnumerable<string> values, Uri context)
    {
        var links = new List<Link>();
        foreach (var value in values)
        {
            var rest = value.AsSpan();
            while (true)
            {
                var begin = rest.IndexOf('<');
                if (begin < 0) break;
                var end = rest.IndexOf('>');
                if (end < begin) break;
                var target = rest[(begin + 1)..end].ToString();
                rest = rest[(end + 1)..];
                var parameters = Split(rest, out rest);
                if (!Uri.TryCreate(context, target, out var url)) continue;

                // An absolute target stays the exact text that the CA wrote, for the url of later signatures (RFC 8555 6.4).
                if (Uri.TryCreate(target, UriKind.Absolute, out var exact) && exact.Scheme == url.Scheme) url = exact;
                foreach (var relation in Relations(parameters)) links.Add(new Link(url, relation));
            }
        }

        return links.ToItems();
    }

    /// <summary>The parameters up to the comma that ends the link; one in quotes ends nothing.</summary>
    private static string Split(ReadOnlySpan<char> text, out ReadOnlySpan<char> rest)
    {
        var quoted = false;
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] == '"') quoted = !quoted;
            else if (quoted && text[i] == '\\') i++;
            else if (!quoted && text[i] == ',')
            {
                rest = text[(i + 1)..];
                return text[..i].ToString();
            }
        }

        rest = default;
        return text.ToString();
    }

    // RFC 8288 3.3: rel holds one or more relation types with spaces between them, compared without regard to case; only the first rel counts.
    private static string[] Relations(string parameters)
    {
        foreach (var parameter in parameters.Split(';', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            var equals = parameter.IndexOf('=', StringComparison.Ordinal);
            if (equals < 0 || !parameter.AsSpan(0, equals).Trim().Equals("rel", StringComparison.OrdinalIgnoreCase)) continue;
            return parameter[(equals + 1)..].Trim().Trim('"').ToLowerInvariant().Split(' ', StringSplitOptions.RemoveEmptyEntries);
        }

        return [];
    }
}
