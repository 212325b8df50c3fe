using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace Signalbox.Sources.Files;

/// <summary>What a plain scalar means by YAML 1.2's core schema (10.3.2). Quoted ones are always text.</summary>
internal static class YamlScalar
{
    public static bool IsNull(Scalar scalar) => IsPlain(scalar) && scalar.Value is "" or "~" or "null" or "Null" or "NULL";

    public static bool IsFlag(Scalar scalar) => IsPlain(scalar) && scalar.Value is "true" or "True" or "TRUE" or "false" or "False" or "FALSE";

    /// <summary>Decimal whole numbers only; the file has no others.</summary>
    public static bool IsNumber(Scalar scalar) =>
        IsPlain(scalar) && scalar.Value.Length > 0 && scalar.Value.AsSpan(scalar.Value[0] is '-' or '+' ? 1 : 0) is { Length: > 0 } digits
            && !digits.ContainsAnyExceptInRange('0', '9');

    /// <summary>For people; long text is cut.</summary>
    public static string Describe(Scalar scalar)
    {
        var shown = scalar.Value.Length > 60 ? scalar.Value[..60] + "…" : scalar.Value;
        return IsNull(scalar) ? "nothing" : IsNumber(scalar) ? $"the number {shown}" : IsFlag(scalar) ? shown : $"the text “{shown}”";
    }

    private static bool IsPlain(Scalar scalar) => scalar.Style == ScalarStyle.Plain;
}
