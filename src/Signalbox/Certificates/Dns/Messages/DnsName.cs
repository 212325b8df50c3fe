using System.Text;
using Signalbox.Model;

namespace Signalbox.Certificates.Dns.Messages;

/// <summary>
/// A domain name: labels of 1 to 63 octets, at most 255 octets on the wire (RFC 1035 2.3.4), compared without regard to the case of ASCII letters (RFC 4343 3),
/// which are therefore kept in lower case. A label may hold any octet: one character of a label's string is one octet.
/// </summary>
internal sealed class DnsName : IEquatable<DnsName>
{
    /// <summary>Longest name on the wire, with the length octets and the root's (RFC 1035 2.3.4).</summary>
    public const int MaxWireLength = 255;

    /// <summary>Longest label: its length has six bits (RFC 1035 3.1).</summary>
    public const int MaxLabelLength = 63;

    private DnsName(Items<string> labels)
    {
        Labels = labels;
        Text = labels.IsEmpty ? "." : string.Join('.', labels.Select(Escape));
    }

    public static DnsName Root { get; } = new(Items<string>.Empty);

    /// <summary>From the left; none for the root.</summary>
    public Items<string> Labels { get; }

    /// <summary>As people write it, without the final dot; the root is ".".</summary>
    public string Text { get; }

    public bool IsRoot => Labels.IsEmpty;

    public int WireLength => 1 + Labels.Sum(label => label.Length + 1);

    /// <summary>The name one label shorter; the root's is the root.</summary>
    public DnsName Parent => IsRoot ? this : new DnsName(Labels.Skip(1).ToItems());

    /// <summary>For names this program forms itself, which are right.</summary>
    public static DnsName Of(string text) => Parse(text) is { Succeeded: true, Value: { } name } ? name : throw new ArgumentException($"“{text}” is no domain name.", nameof(text));

    /// <summary>Reads a name as people write it (RFC 1035 5.1), with or without the final dot; <c>\.</c> and <c>\DDD</c> stand for one octet.</summary>
    public static Outcome<DnsName> Parse(string text)
    {
        if (text is "." or "") return Root;
        List<string> labels = [];
        var label = new StringBuilder();
        for (var i = 0; i < text.Length; i++)
        {
            var c = text[i];
            if (c == '.')
            {
                labels.Add(label.ToString());
                label.Clear();
            }
            else if (c == '\\')
            {
                if (Unescape(text, ref i) is not { } octet) return Invalid(text, "A backslash must be followed by a character or by three digits up to 255.");
                label.Append(octet);
            }
            else if (c is > '~' or <= ' ')
            {
                return Invalid(text, "It holds a character outside printable ASCII.");
            }
            else
            {
                label.Append(c);
            }
        }

        // A final dot has closed the last label already.
        if (label.Length > 0) labels.Add(label.ToString());
        return FromLabels(labels) is { } name ? name : Invalid(text, "A label is empty or longer than 63 octets, or the name is longer than 255.");
    }

    /// <summary>The name of these labels; null when one of them, or the whole, has a length no name may have.</summary>
    public static DnsName? FromLabels(IEnumerable<string> labels)
    {
        var name = new DnsName(labels.Select(Lower).ToItems());
        return name.Labels.Any(label => label.Length is 0 or > MaxLabelLength) || name.WireLength > MaxWireLength ? null : name;
    }

    /// <summary>One label more in front; null when that is too long.</summary>
    public DnsName? Under(string label) => FromLabels(Labels.Prepend(label));

    /// <summary>True for the zone's own name and for every name below it.</summary>
    public bool IsWithin(DnsName zone)
    {
        var extra = Labels.Count - zone.Labels.Count;
        return extra >= 0 && Labels.AsSpan()[extra..].SequenceEqual(zone.Labels.AsSpan());
    }

    public bool Equals(DnsName? other) => other is not null && Labels == other.Labels;

    public override bool Equals(object? obj) => Equals(obj as DnsName);

    public override int GetHashCode() => Text.GetHashCode(StringComparison.Ordinal);

    public override string ToString() => Text;

    private static string Lower(string label) => string.Create(label.Length, label, static (to, from) =>
    {
        for (var i = 0; i < to.Length; i++) to[i] = char.IsAsciiLetterUpper(from[i]) ? (char)(from[i] | 0x20) : from[i];
    });

    private static char? Unescape(string text, ref int i)
    {
        if (++i >= text.Length) return null;
        if (!char.IsAsciiDigit(text[i])) return text[i] < 0x80 ? text[i] : null;
        if (i + 2 >= text.Length || !byte.TryParse(text.AsSpan(i, 3), out var octet)) return null;
        i += 2;
        return (char)octet;
    }

    private static string Escape(string label)
    {
        if (!label.AsSpan().ContainsAnyExceptInRange('!', '~') && !label.AsSpan().ContainsAny('.', '\\')) return label;
        var text = new StringBuilder();
        foreach (var c in label)
        {
            if (c is '.' or '\\') text.Append('\\').Append(c);
            else if (c is < '!' or > '~') text.Append('\\').Append(((int)c).ToString("D3"));
            else text.Append(c);
        }

        return text.ToString();
    }

    private static Problem Invalid(string text, string why) =>
        new(ProblemType.InvalidHost, ProblemSide.Request, text, $"This is no domain name: {why}", "Give one such as _acme-challenge.example.org.");
}
