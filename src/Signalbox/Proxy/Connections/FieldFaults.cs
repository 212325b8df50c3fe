using System.Buffers;
using Microsoft.AspNetCore.Http;

namespace Signalbox.Proxy.Connections;

/// <summary>
/// What the <see cref="RequestGuard"/> is for HTTP/1.1, for the fields of HTTP/2. There a field is framed and may hold any octet, and the server lets line
/// breaks in names through; written to an HTTP/1.1 backend they would be fields, or whole requests, of their own (RFC 9113 8.2.1 and 10.3).
/// </summary>
internal static class FieldFaults
{
    private static readonly SearchValues<char> Token =
        SearchValues.Create("!#$%&'*+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz");

    /// <summary>Everything below SP but HTAB, and DEL: what <see cref="Octets.FieldValue"/> leaves out.</summary>
    private static readonly SearchValues<char> Control =
        SearchValues.Create([.. Enumerable.Range(0, 0x20).Where(code => code != '\t').Append(0x7f).Select(code => (char)code)]);

    /// <summary>The first fault, or null. Pseudo-fields are the server's business; it knows each of them.</summary>
    public static Refusal? Find(IHeaderDictionary fields)
    {
        foreach (var (name, values) in fields)
        {
            if (name.StartsWith(':')) continue;
            if (name.Length == 0 || name.AsSpan().ContainsAnyExcept(Token)) return Refusal.FieldName;
            foreach (var value in values)
            {
                if (value.AsSpan().ContainsAny(Control)) return Refusal.FieldValue;
            }
        }

        return null;
    }
}
