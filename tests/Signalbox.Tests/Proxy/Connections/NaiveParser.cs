using System.Globalization;
using System.Text;

namespace Signalbox.Tests.Proxy.Connections;

/// <summary>
/// A careless HTTP/1.1 reader, independent of the guard: each flag is a way in which some server in the world reads differently.
/// Whatever the guard lets through must come out the same for all of them.
/// </summary>
internal sealed record NaiveParser(string Name, bool LineFeedEnds, bool LengthBeatsCoding, bool LastLengthWins, bool LooseCoding, bool TrimsNames)
{
    public static readonly NaiveParser[] All =
    [
        new("strict", false, false, false, false, false),
        new("bare LF ends a line", true, false, false, true, true),
        new("length beats coding", false, true, false, false, false),
        new("last length wins", true, false, true, true, false),
        new("trims names", false, false, true, true, true),
    ];

    public sealed record Message(int End, string Line, string Body);

    /// <summary>All whole messages.</summary>
    public List<Message> Read(string raw)
    {
        var messages = new List<Message>();
        var at = 0;
        while (true)
        {
            var fields = new List<string>();
            var line = "";
            while (line.Length == 0)
            {
                if (NextLine(raw, ref at) is not { } first) return messages;
                line = first;
            }

            while (true)
            {
                if (NextLine(raw, ref at) is not { } field) return messages;
                if (field.Length == 0) break;
                fields.Add(field);
            }

            var coding = Values(fields, "transfer-encoding").Any(value => LooseCoding ? value.Contains("chunked") : value == "chunked");
            var lengths = Values(fields, "content-length").ToList();
            var body = coding && !(LengthBeatsCoding && lengths.Count > 0)
                ? Chunks(raw, ref at)
                : Take(raw, ref at, lengths.Count == 0 ? 0 : Number(LastLengthWins ? lengths[^1] : lengths[0], NumberStyles.AllowLeadingSign));
            if (body is null) return messages;
            messages.Add(new Message(at, line, body));
        }
    }

    private IEnumerable<string> Values(List<string> fields, string name) =>
        from field in fields
        let colon = field.IndexOf(':')
        where colon > 0
        let own = TrimsNames ? field[..colon].Trim() : field[..colon]
        where own.Equals(name, StringComparison.OrdinalIgnoreCase)
        select field[(colon + 1)..].Trim().ToLowerInvariant();

    private string? Chunks(string raw, ref int at)
    {
        var body = new StringBuilder();
        while (true)
        {
            if (NextLine(raw, ref at) is not { } size) return null;
            var length = Number(new string([.. size.Trim().TakeWhile(char.IsAsciiHexDigit)]), NumberStyles.AllowHexSpecifier);
            if (length == 0) break;
            if (Take(raw, ref at, length) is not { } data || NextLine(raw, ref at) is null) return null;
            body.Append(data);
        }

        while (true)
        {
            if (NextLine(raw, ref at) is not { } trailer) return null;
            if (trailer.Length == 0) return body.ToString();
        }
    }

    private string? NextLine(string raw, ref int at)
    {
        var end = LineFeedEnds ? raw.IndexOf('\n', at) : raw.IndexOf("\r\n", at, StringComparison.Ordinal);
        if (end < 0) return null;
        var line = raw[at..end];
        at = end + (LineFeedEnds ? 1 : 2);
        return LineFeedEnds ? line.TrimEnd('\r') : line;
    }

    private static string? Take(string raw, ref int at, long length)
    {
        if (length < 0 || length > raw.Length - at) return null;
        at += (int)length;
        return raw.Substring(at - (int)length, (int)length);
    }

    private static long Number(string text, NumberStyles style) => long.TryParse(text, style, CultureInfo.InvariantCulture, out var number) ? number : 0;
}
