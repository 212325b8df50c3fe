namespace Signalbox.Model;

/// <summary>Who claims: the source's name and a key that is stable within it. Written <c>source/key</c>.</summary>
internal sealed record Owner(string Source, string Key) : IComparable<Owner>
{
    public const string Dev = "dev";
    public const string Session = "session";
    public const string Docker = "docker";
    public const string Site = "site";
    public const string File = "file";

    /// <summary>Reads what <see cref="ToString"/> wrote.</summary>
    public static Owner Parse(string text)
    {
        var slash = text.IndexOf('/', StringComparison.Ordinal);
        return slash <= 0 ? throw new FormatException($"“{text}” is not source/key.") : new Owner(text[..slash], text[(slash + 1)..]);
    }

    public int CompareTo(Owner? other)
    {
        if (other is null) return 1;
        var order = string.CompareOrdinal(Source, other.Source);
        return order != 0 ? order : string.CompareOrdinal(Key, other.Key);
    }

    public override string ToString() => $"{Source}/{Key}";
}
