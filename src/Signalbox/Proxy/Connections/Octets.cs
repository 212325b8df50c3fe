using System.Buffers;

namespace Signalbox.Proxy.Connections;

/// <summary>The octet classes of RFC 9110 and RFC 9112, as vectorised sets.</summary>
internal static class Octets
{
    /// <summary>RFC 9110 5.6.2: <c>tchar</c>.</summary>
    public static readonly SearchValues<byte> Token =
        SearchValues.Create("!#$%&'*+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"u8);

    /// <summary>RFC 9110 5.5: <c>field-vchar</c>, SP and HTAB, <c>obs-text</c>. No control character, which some peers drop and others cut at.</summary>
    public static readonly SearchValues<byte> FieldValue = Where(octet => octet is (byte)'\t' or (>= 0x20 and not 0x7f));

    /// <summary>
    /// Visible ASCII but <c>#</c>: a fragment is never sent (RFC 9110 7.1), and where one is cut off the target has two readings.
    /// Characters which RFC 3986 wants encoded but clients send (<c>|</c>, <c>{</c>, <c>"</c>) split nothing and pass.
    /// </summary>
    public static readonly SearchValues<byte> Target = Where(octet => octet is > 0x20 and < 0x7f and not (byte)'#');

    /// <summary>Letters, digits, and <c>-._</c>: names as they are used, underscores of container names included.</summary>
    public static readonly SearchValues<byte> HostName = Where(octet => char.IsAsciiLetterOrDigit((char)octet) || octet is (byte)'-' or (byte)'.' or (byte)'_');

    /// <summary>What may stand between the brackets of an IPv6 address.</summary>
    public static readonly SearchValues<byte> Address = Where(octet => char.IsAsciiHexDigit((char)octet) || octet is (byte)':' or (byte)'.');

    public static readonly SearchValues<byte> Digit = SearchValues.Create("0123456789"u8);

    /// <summary>How many octets of the class the data begins with.</summary>
    public static int Run(ReadOnlySpan<byte> data, SearchValues<byte> set)
    {
        var end = data.IndexOfAnyExcept(set);
        return end < 0 ? data.Length : end;
    }

    /// <summary>The value of a hexadecimal digit, 0 to 15.</summary>
    public static int HexValue(byte digit) => digit <= '9' ? digit - '0' : (digit | 0x20) - 'a' + 10;

    private static SearchValues<byte> Where(Predicate<byte> holds)
    {
        var octets = new List<byte>();
        for (var octet = 0; octet <= byte.MaxValue; octet++)
        {
            if (holds((byte)octet)) octets.Add((byte)octet);
        }

        return SearchValues.Create([.. octets]);
    }
}
