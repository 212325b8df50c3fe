using System.Collections.Frozen;
using System.Text;

namespace Signalbox.Proxy.Forwarding.Http1;

/// <summary>The names of fields that answers often have, so that each is one string for all connections.</summary>
internal static class FieldNames
{
    /// <summary>Characters; the longest of <see cref="Usual"/> has 32. What is longer gets a string of its own.</summary>
    private const int MaxLength = 40;

    private static readonly string[] Usual =
    [
        "Accept-CH", "Accept-Ranges", "Access-Control-Allow-Credentials", "Access-Control-Allow-Headers", "Access-Control-Allow-Methods",
        "Access-Control-Allow-Origin", "Access-Control-Expose-Headers", "Access-Control-Max-Age", "Age", "Allow", "Alt-Svc", "Cache-Control", "Connection",
        "Content-Disposition", "Content-Encoding", "Content-Language", "Content-Length", "Content-Location", "Content-Range", "Content-Security-Policy",
        "Content-Type", "Date", "ETag", "Expires", "Keep-Alive", "Last-Modified", "Link", "Location", "Pragma", "Proxy-Connection", "Referrer-Policy",
        "Retry-After", "Server", "Server-Timing", "Set-Cookie", "Strict-Transport-Security", "Trailer", "Transfer-Encoding", "Upgrade", "Vary", "Via",
        "WWW-Authenticate", "X-Cache", "X-Content-Type-Options", "X-Frame-Options", "X-Powered-By", "X-Request-Id", "X-XSS-Protection",
        "Grpc-Status", "Grpc-Message",
    ];

    /// <summary>A name is passed on as it was spelt: the usual ones are known in the usual spelling and in lower case.</summary>
    private static readonly FrozenSet<string>.AlternateLookup<ReadOnlySpan<char>> Known =
        Usual.Concat(Usual.Select(name => name.ToLowerInvariant())).ToFrozenSet(StringComparer.Ordinal).GetAlternateLookup<ReadOnlySpan<char>>();

    /// <param name="name">A token, so ASCII.</param>
    public static string Of(ReadOnlySpan<byte> name)
    {
        if (name.Length > MaxLength) return Encoding.ASCII.GetString(name);
        Span<char> characters = stackalloc char[MaxLength];
        characters = characters[..Encoding.ASCII.GetChars(name, characters)];
        return Known.TryGetValue(characters, out var known) ? known : new string(characters);
    }

    public static FieldKind KindOf(ReadOnlySpan<byte> name) => name.Length switch
    {
        10 when Ascii.EqualsIgnoreCase(name, "Connection"u8) => FieldKind.Connection,
        14 when Ascii.EqualsIgnoreCase(name, "Content-Length"u8) => FieldKind.ContentLength,
        17 when Ascii.EqualsIgnoreCase(name, "Transfer-Encoding"u8) => FieldKind.TransferEncoding,
        _ => FieldKind.Other,
    };
}
