using System.Globalization;
using System.Numerics;
using System.Text.RegularExpressions;

namespace Signalbox.Tests.Proxy.Forwarding.Http1;

/// <summary>
/// Slow and plain: the grammar of RFC 9112 4, 5 and 7.1 as expressions, and its rules of framing one after the other. It says the same words as
/// <see cref="ReadHead"/> and <see cref="ReadChunks"/>, or null where the octets are no whole head or body with one reading. It knows no limits of size.
/// </summary>
internal static class ReferenceReader
{
    private const string Text = @"[\t\x20-\x7e\x80-\xff]*";
    private const string Token = "[!#$%&'*+.^_`|~0-9A-Za-z-]+";
    private const string Field = $"({Token}):({Text})\r\n";

    private static readonly Regex Head = new($@"\AHTTP/1\.([01]) ([1-9][0-9][0-9])(?: ({Text}))?\r\n(?:{Field})*\r\n", RegexOptions.CultureInvariant);
    private static readonly Regex Chunk = new($@"\G([0-9a-fA-F]{{1,16}})[ \t]*(?:;{Text})?\r\n", RegexOptions.CultureInvariant);
    private static readonly Regex Trailers = new($@"\G(?:{Field})*\r\n", RegexOptions.CultureInvariant);

    public static string? OfHead(string raw)
    {
        var match = Head.Match(raw);
        if (!match.Success) return null;
        var (minor, status, reason) = (match.Groups[1].Value, int.Parse(match.Groups[2].Value, CultureInfo.InvariantCulture), match.Groups[3].Value);
        var fields = Fields(match, 4);
        var lengths = Values(fields, "content-length");
        var codings = Values(fields, "transfer-encoding");
        if (lengths.Count + codings.Count > 1) return null;
        if (codings.Count == 1 && (minor == "0" || !codings[0].Equals("chunked", StringComparison.OrdinalIgnoreCase))) return null;
        if (lengths.Count == 1 && !Regex.IsMatch(lengths[0], @"\A[0-9]{1,18}\z")) return null;
        var length = lengths.Count == 1 ? BigInteger.Parse(lengths[0], CultureInfo.InvariantCulture) : (BigInteger?)null;
        var hasBody = length > 0 || codings.Count == 1;
        if (status < 200 && hasBody) return null;
        var framing = status is < 200 or 204 or 304 || length == 0 ? "None" : codings.Count == 1 ? "Chunked" : length is not null ? "Length" : "UntilClose";
        var options = Values(fields, "connection").SelectMany(value => value.Split(',')).Select(option => option.Trim().ToLowerInvariant()).ToList();
        var keeps = !options.Contains("close") && (minor == "1" || options.Contains("keep-alive")) && !(status == 204 && hasBody);
        return $"{match.Length}: {minor} {status} {reason} | {framing}{(length is null ? "" : " " + length)} | {(keeps ? "keep" : "end")} |{Shown(fields)}";
    }

    public static string? OfChunks(string raw)
    {
        var body = "";
        for (var at = 0; ;)
        {
            var line = Chunk.Match(raw, at);
            if (!line.Success) return null;
            at += line.Length;
            var size = BigInteger.Parse("0" + line.Groups[1].Value, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
            if (size.IsZero)
            {
                var end = Trailers.Match(raw, at);
                return end.Success ? $"{at + end.Length}: {body} |{Shown(Fields(end, 1))}" : null;
            }

            if (size + 2 > raw.Length - at || !raw.AsSpan(at + (int)size).StartsWith("\r\n")) return null;
            body += raw.Substring(at, (int)size);
            at += (int)size + 2;
        }
    }

    private static List<(string Name, string Value)> Fields(Match match, int group) =>
        [.. match.Groups[group].Captures.Zip(match.Groups[group + 1].Captures, (name, value) => (name.Value, value.Value.Trim(' ', '\t')))];

    private static List<string> Values(List<(string Name, string Value)> fields, string name) =>
        [.. fields.Where(field => field.Name.Equals(name, StringComparison.OrdinalIgnoreCase)).Select(field => field.Value)];

    private static string Shown(List<(string Name, string Value)> fields) => string.Concat(fields.Select(field => $" {field.Name}={field.Value}"));
}
