using System.Net;
using System.Text;

namespace Signalbox.Certificates.Issuing.Limits;

/// <summary>
/// The registered domain of a host name by the Public Suffix List (publicsuffix.org; <c>public_suffix_list.dat</c> beside this file, MPL 2.0), for the
/// limits a CA counts by it. A list that has grown old only counts too much together, or too little, at the edges; the CA's own answer then corrects it.
/// </summary>
internal sealed class PublicSuffixes
{
    private static readonly Lazy<PublicSuffixes> Embedded = new(ReadEmbedded);

    private readonly HashSet<string> _rules = new(StringComparer.Ordinal);
    private readonly HashSet<string> _wildcards = new(StringComparer.Ordinal);
    private readonly HashSet<string> _exceptions = new(StringComparer.Ordinal);

    /// <param name="lines">As the list's format has it: one rule a line, up to the first white space; <c>//</c> begins a comment.</param>
    internal PublicSuffixes(IEnumerable<string> lines)
    {
        foreach (var line in lines)
        {
            var rule = line.AsSpan().TrimStart();
            var end = rule.IndexOfAny(' ', '\t');
            if (end >= 0) rule = rule[..end];
            if (rule.IsEmpty || rule.StartsWith("//")) continue;
            if (rule[0] == '!') Add(_exceptions, rule[1..]);
            else if (rule.StartsWith("*.")) Add(_wildcards, rule[2..]);
            else Add(_rules, rule);
        }
    }

    public static PublicSuffixes List => Embedded.Value;

    /// <summary>
    /// The public suffix and one label more: <c>www.example.co.uk</c> gives <c>example.co.uk</c>. A name that is itself a public suffix, an address, or a
    /// single label is its own: whoever holds it is counted by it.
    /// </summary>
    /// <param name="host">Lower case, A-labels, no trailing dot; a leading <c>*.</c> is left out.</param>
    public string RegisteredDomain(string host)
    {
        var name = host.StartsWith("*.", StringComparison.Ordinal) ? host[2..] : host;
        if (IPAddress.TryParse(name, out _)) return name;

        // From the longest candidate to the shortest: the first rule that matches is the one with the most labels, which prevails.
        var before = name;
        for (var suffix = name; ; suffix = Parent(suffix))
        {
            // “If more than one rule matches, the prevailing rule is the one which is an exception rule”, which names the registered domain itself.
            if (_exceptions.Contains(suffix)) return suffix;
            var parent = Parent(suffix);
            if (_rules.Contains(suffix) || (parent.Length > 0 && _wildcards.Contains(parent))) return before;
            // “If no rules match, the prevailing rule is "*"”: the last label is the suffix.
            if (parent.Length == 0) return before;
            before = suffix;
        }
    }

    private static string Parent(string name) => name.IndexOf('.') is >= 0 and var dot ? name[(dot + 1)..] : "";

    /// <summary>The list has Unicode; names here are A-labels.</summary>
    private static void Add(HashSet<string> to, ReadOnlySpan<char> rule) => to.Add(Ascii.IsValid(rule) ? rule.ToString() : Idn(rule.ToString()));

    private static string Idn(string rule) => new System.Globalization.IdnMapping().GetAscii(rule);

    private static PublicSuffixes ReadEmbedded()
    {
        using var stream = typeof(PublicSuffixes).Assembly.GetManifestResourceStream("public_suffix_list.dat")!;
        using var reader = new StreamReader(stream, Encoding.UTF8);
        return new PublicSuffixes(reader.ReadToEnd().Split('\n', StringSplitOptions.TrimEntries));
    }
}
