using System.Globalization;

namespace Signalbox.Model;

/// <summary>
/// Validates and normalises host names: RFC 1123 2.1 labels (letters, digits, inner hyphens), lower case, IDN to A-labels (RFC 5891),
/// at most 63 characters a label and 253 in all (RFC 1035 2.3.4). A leading <c>*.</c> stands for exactly one label.
/// </summary>
internal static class HostName
{
    private static readonly IdnMapping Idn = new() { AllowUnassigned = false, UseStd3AsciiRules = true };

    /// <summary>Longest whole name, RFC 1035 2.3.4 less the length octet and the root.</summary>
    public const int MaxLength = 253;

    /// <summary>Longest label, RFC 1035 2.3.4.</summary>
    public const int MaxLabelLength = 63;

    /// <summary>The normalised name, or why it is none.</summary>
    public static Outcome<string> Parse(string? text)
    {
        if (string.IsNullOrWhiteSpace(text)) return Invalid(text ?? "", "A host name is missing.", "Give one such as app.localhost.");
        var name = text.Trim().TrimEnd('.');
        if (name.Contains("://", StringComparison.Ordinal))
            return Invalid(text, "This is a URL, not a host name.", "Leave out the scheme, port and path, for example app.localhost.");
        if (name.Contains('/') || name.Contains('\\'))
            return Invalid(text, "A host name has no slash.", "Give the path with --path, or replace the slash by a hyphen.");
        if (name.Contains(':')) return Invalid(text, "A host name has no port and no colon.", "Leave out the port: the name answers on the router's own ports.");
        var wildcard = name.StartsWith("*.", StringComparison.Ordinal);
        var rest = wildcard ? name[2..] : name;
        if (rest.Contains('*')) return Invalid(text, "A wildcard stands only as the whole first label.", "Write *.example.localhost.");
        if (rest.Length == 0) return Invalid(text, "The host name is empty.", "Give one such as app.localhost.");

        foreach (var label in rest.Split('.'))
        {
            if (label.Length == 0) return Invalid(text, "The host name has an empty label (two dots in a row, or a leading dot).", "Remove the extra dot.");
            if (label.Contains('_'))
                return Invalid(text, $"The label “{label}” has an underscore, which host names do not allow (RFC 1123 2.1).", $"Use {label.Replace('_', '-')}.");
        }

        string ascii;
        if (IsPlain(rest))
        {
            ascii = rest.ToLowerInvariant();
        }
        else
        {
            try
            {
                ascii = Idn.GetAscii(rest).ToLowerInvariant();
            }
            catch (ArgumentException)
            {
                return LabelProblem(text, rest) ?? Invalid(text, "The name holds characters that host names do not allow.", "Use letters, digits and hyphens.");
            }
        }

        if (LabelProblem(text, ascii) is { } problem) return problem;
        var whole = wildcard ? "*." + ascii : ascii;
        if (whole.Length > MaxLength) return Invalid(text, $"The name has {whole.Length} characters; {MaxLength} is the most (RFC 1035 2.3.4).", "Use a shorter name.");
        return whole;
    }

    private static Problem? LabelProblem(string text, string name)
    {
        foreach (var label in name.Split('.'))
        {
            if (label.Length > MaxLabelLength)
                return Invalid(text, $"The label “{label[..20]}…” has {label.Length} characters; {MaxLabelLength} is the most (RFC 1035 2.3.4).", "Shorten it.");
            if (label[0] == '-' || label[^1] == '-') return Invalid(text, $"The label “{label}” starts or ends with a hyphen.", "Remove it.");
            foreach (var c in label)
            {
                if (c < 0x80 && !char.IsAsciiLetterOrDigit(c) && c != '-')
                    return Invalid(text, $"The character “{c}” is not allowed in a host name.", "Use letters, digits and hyphens.");
            }
        }

        return null;
    }

    private static bool IsPlain(string name)
    {
        foreach (var c in name)
        {
            if (!char.IsAsciiLetterOrDigit(c) && c != '-' && c != '.') return false;
        }

        return true;
    }

    /// <summary>
    /// The one wildcard that stands for this name: the whole first label replaced (RFC 9525 6.3), never a suffix match. Null for a name of one label, and for a wildcard,
    /// which no other stands for.
    /// </summary>
    public static string? WildcardOf(string host) => host.IndexOf('.', StringComparison.Ordinal) is > 0 and var dot && host[0] != '*' ? string.Concat("*", host.AsSpan(dot)) : null;

    /// <summary>True when <paramref name="host"/> is <paramref name="suffix"/> or lies under it, at a label boundary.</summary>
    public static bool IsWithin(string host, string suffix) =>
        host.EndsWith(suffix, StringComparison.Ordinal) && (host.Length == suffix.Length || host[host.Length - suffix.Length - 1] == '.');

    private static Problem Invalid(string subject, string text, string advice) =>
        new(ProblemType.InvalidHost, ProblemSide.Request, subject, text, advice);
}
